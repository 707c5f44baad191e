import { deletePond, openPond } from "tinypond";
import { type Figure, percentile, timed } from "../figure.ts";

const FILES = 100_000;
const PER_COMMIT = 5000;
const ROUNDS = 15;
const EMPTY = "bench-open-empty";
const LARGE = "bench-open-large";

/** Opening a pond of 100,000 files and reading one, against the same in a pond of one file. */
export async function openLargePond(): Promise<Figure[]> {
  await fill(EMPTY, 1);
  await fill(LARGE, FILES);
  const times: { empty: number[]; large: number[] } = { empty: [], large: [] };
  for (let round = 0; round < ROUNDS; round += 1) {
    times.empty.push(await timed(() => openAndRead(EMPTY)));
    times.large.push(await timed(() => openAndRead(LARGE)));
  }
  await deletePond(EMPTY);
  await deletePond(LARGE);
  const [empty, large] = [percentile(times.empty, 50), percentile(times.large, 50)];
  return [
    {
      what: `opening a pond of ${FILES} files and reading one, beyond what it takes with one file`,
      value: Number((large - empty).toFixed(1)),
      unit: "ms",
      limit: 20,
      detail: `medians of ${ROUNDS}: ${large.toFixed(1)} ms against ${empty.toFixed(1)} ms`,
    },
  ];
}

async function openAndRead(name: string): Promise<void> {
  const pond = await openPond(name);
  await pond.root.readFile("/0/0");
  await pond.close();
}

async function fill(name: string, files: number): Promise<void> {
  await deletePond(name);
  const pond = await openPond(name, { durability: "relaxed" });
  for (let at = 0; at < files; at += PER_COMMIT) {
    await pond.transaction(async (tx) => {
      const dir = `/${at / PER_COMMIT}`;
      await tx.root.createDir(dir);
      const count = Math.min(PER_COMMIT, files - at);
      await Promise.all(
        Array.from({ length: count }, (_, n) => tx.root.writeFile(`${dir}/${n}`, `file ${at + n}`)),
      );
    });
  }
  await pond.close();
}
