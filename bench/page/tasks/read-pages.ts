import { deletePond, openPond } from "tinypond";
import { compare, type Figure, timed } from "../figure.ts";
import { sampleBatch } from "../sample-table.ts";

const POND = "bench-read-pages";
const ROWS = 1_000_000;

/** A thousandth of a file by its sorted column: time and bytes with the bounds of pages, against without. */
export async function readPages(): Promise<Figure[]> {
  await deletePond(POND);
  const pond = await openPond(POND, { cacheBytes: 0 });
  const { root } = pond;
  try {
    const batch = sampleBatch(ROWS);
    await root.createTableFromBatch("/pages", batch);
    await root.createTableFromBatch("/chunks", batch, { statistics: "chunk" });
    const [first] = batch.getChildAt(0)?.toArray() ?? [];
    const from = BigInt(first) + BigInt(ROWS / 2 + 7000);
    const filter = { id: { $gte: from, $lt: from + BigInt(ROWS / 1000) } };
    const [pages, chunks] = await Promise.all(
      ["/pages", "/chunks"].map((path) => root.explain(path, { filter })),
    );
    const speed = await compare({
      what: "readTable of 0.1 % of 1M rows by a sorted column, against the same without bounds of pages",
      limit: 0.6,
      ours: () => timed(() => root.readTable("/pages", { filter })),
      byHand: () => timed(() => root.readTable("/chunks", { filter })),
    });
    const bytes = { ours: pages?.bytes.read ?? 0, theirs: chunks?.bytes.read ?? 0 };
    const skipped = `${pages?.pages.skipped} of ${pages?.pages.total} pages skipped`;
    const figure: Figure = {
      what: "its bytes, against the same",
      value: Number((bytes.ours / bytes.theirs).toFixed(2)),
      unit: "x",
      limit: 0.5,
      detail: `${bytes.ours} against ${bytes.theirs} bytes, ${skipped}`,
    };
    return [speed, figure];
  } finally {
    await pond.close();
    await deletePond(POND);
  }
}
