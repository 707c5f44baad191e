import { deletePond, openPond } from "tinypond";
import { type Figure, median, percentile } from "../figure.ts";

const ROUNDS = 21;
const POND = "bench-first-byte";
const BYTE = new Uint8Array([1]);

/** How long a page waits from the call of `openPond`, on a pond that is new, until its first byte is durable. */
export async function firstByte(): Promise<Figure[]> {
  const opened: number[] = [];
  const written: number[] = [];
  const imported: number[] = [];
  // The first round also compiles the code, and is told apart: a page that loads has it every time.
  const [first] = await writeFirstByte();
  for (let round = 0; round < ROUNDS; round += 1) {
    const [total, open] = await writeFirstByte();
    opened.push(open);
    written.push(total);
    imported.push(await timeOfPage());
  }
  return [
    {
      what: "openPond on a new pond until its first byte is written, module loaded",
      value: rounded(median(written)),
      unit: "ms",
      limit: 60,
      detail: `of ${ROUNDS}, openPond ${rounded(median(opened))} ms of it; 90 of 100 within ${rounded(percentile(written, 90))} ms; the first time ${rounded(first)} ms`,
    },
    {
      what: "the same in a page of its own, import() of the package from a warm HTTP cache included",
      value: rounded(median(imported)),
      unit: "ms",
      detail: `of ${ROUNDS}, ${rounded(Math.min(...imported))}-${rounded(Math.max(...imported))} ms`,
    },
  ];
}

/** @returns milliseconds in all, and those until the pond was open */
async function writeFirstByte(): Promise<readonly [number, number]> {
  await deletePond(POND);
  const start = performance.now();
  const pond = await openPond(POND);
  const open = performance.now() - start;
  await pond.root.writeFile("/first", BYTE);
  const total = performance.now() - start;
  await pond.close();
  await deletePond(POND);
  return [total, open];
}

/** A new page that imports this bundle's own chunk of the package, which the HTTP cache has, and does the same. */
async function timeOfPage(): Promise<number> {
  const frame = document.createElement("iframe");
  const answer = new Promise<number>((resolve) => {
    addEventListener("message", ({ data }) => resolve(Number(data)), { once: true });
  });
  frame.src = new URL("first-byte.html", location.href).href;
  document.body.append(frame);
  const time = await answer;
  frame.remove();
  return time;
}

function rounded(time: number): number {
  return Number(time.toFixed(1));
}
