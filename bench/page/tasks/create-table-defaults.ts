import { deletePond, openPond } from "tinypond";
import { EncodingByHand, parameter } from "../by-hand.ts";
import { collectGarbage, compare, type Figure, timed } from "../figure.ts";
import { mixedBatch } from "../mixed-table.ts";

const POND = "bench-create-table-defaults";

/** A table with the settings that nobody has chosen, against those of the libraries. */
export async function createTableDefaults(): Promise<Figure[]> {
  const rows = parameter("rows", 1_000_000);
  const hand = new EncodingByHand();
  await deletePond(POND);
  const pond = await openPond(POND);
  let round = 0;
  let bytes = 0;
  const ours = async () => {
    round += 1;
    const batch = mixedBatch(rows, round); // no round finds its bytes stored already
    collectGarbage(); // two million strings that the batch was made of
    const ms = await timed(() => pond.root.createTableFromBatch(`/${round}.parquet`, batch));
    bytes = (await pond.root.stat(`/${round}.parquet`)).size;
    return ms;
  };
  let bytesByHand = 0;
  const encodeByHand = (how: "parquet-wasm" | "hyparquet-writer") => async () => {
    const result = await hand.run({ how, rows, start: 1, isStored: true });
    bytesByHand = result.bytes.byteLength;
    return result.ms;
  };
  try {
    const others = await compare(
      {
        what: `createTableFromBatch with default settings, ${rows} rows x 6, against hyparquet-writer + digest + write + flush`,
        limit: 0.125,
        ours,
        byHand: encodeByHand("hyparquet-writer"),
      },
      3,
    );
    // What ours can be at most as fast as, but for settings that cost less.
    const libraries = await compare(
      {
        what: `parquet-wasm with its defaults, ${rows} rows x 6, against hyparquet-writer, both by hand`,
        ours: encodeByHand("parquet-wasm"),
        byHand: encodeByHand("hyparquet-writer"),
      },
      1,
    );
    const own = await compare({
      what: `createTableFromBatch with default settings, ${rows} rows x 6, against tableToIPC + fromIPCStream + writeParquet with its defaults + digest + write + flush`,
      limit: 0.75,
      ours,
      byHand: encodeByHand("parquet-wasm"),
    });
    const size: Figure = {
      what: "size of the file with default settings, against that of parquet-wasm's",
      value: Number((bytes / bytesByHand).toFixed(2)),
      unit: "x",
      limit: 0.6,
      detail: `${bytes} bytes against ${bytesByHand}`,
    };
    return [own, size, others, libraries];
  } finally {
    hand.close();
    await pond.close();
    await deletePond(POND);
  }
}
