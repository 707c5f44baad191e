import { deletePond, openPond, type Pond } from "tinypond";
import { parameter } from "../by-hand.ts";
import { compare, type Figure, timed } from "../figure.ts";
import { mixedBatch } from "../mixed-table.ts";

const POND = "bench-encode-parallel";

/** A table of several row groups, encoded by two Parquet workers, against one. */
export async function encodeParallel(): Promise<Figure[]> {
  const rows = parameter("rows", 1_000_000);
  const ponds = await Promise.all([1, 2].map(open));
  let round = 0;
  const write = (pond: Pond | undefined) => async () => {
    round += 1;
    const batch = mixedBatch(rows, round);
    return timed(async () => pond?.root.createTableFromBatch(`/${round}.parquet`, batch));
  };
  const [one, two] = ponds;
  try {
    const figure = await compare({
      what: `createTableFromBatch, ${rows} rows x 6, with two Parquet workers against one (${navigator.hardwareConcurrency} processors)`,
      limit: 0.75,
      ours: write(two),
      byHand: write(one),
    });
    return [figure];
  } finally {
    for (const [index, pond] of ponds.entries()) {
      await pond.close();
      await deletePond(`${POND}-${index + 1}`);
    }
  }
}

async function open(parquetEncoders: number): Promise<Pond> {
  const name = `${POND}-${parquetEncoders}`;
  await deletePond(name);
  return openPond(name, { workers: { parquetEncoders } });
}
