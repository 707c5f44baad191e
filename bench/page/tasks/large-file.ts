import { deletePond, openPond, type Pond } from "tinypond";
import { scaled } from "../by-hand.ts";
import { compareSpeed, type Figure, speedOf, timed } from "../figure.ts";
import { LargeByHand } from "../large-by-hand.ts";
import { BigFile } from "../rivals/big-file.ts";

const POND = "bench-large-file";
const PATH = "/large.bin";
const ROUNDS = 3;

/** A file of a gibibyte, written from a stream and read, against what hashing, writing and reading alone take. */
export async function largeFile(): Promise<Figure[]> {
  const size = scaled(1024);
  const hand = new LargeByHand();
  await deletePond(POND);
  const pond = await openPond(POND);
  try {
    const figures = [await streamIn(pond, hand, size)];
    const byHand = () => hand.run("read", size);
    figures.push(
      await compareSpeed(
        {
          what: `reading ${size} MiB as a verified stream into one block of 1 MiB: speed, as a part of that of sync-handle reads into one block in a worker`,
          atLeast: 0.25,
          ours: () => timed(() => drainInto(pond, new ArrayBuffer(1 << 20))),
          byHand,
        },
        ROUNDS,
      ),
      await compareSpeed(
        { what: "the same in chunks of new memory", ours: () => timed(() => drain(pond)), byHand },
        ROUNDS,
      ),
      await compareSpeed(
        {
          what: "the same in chunks of new memory, against File.arrayBuffer() in a worker",
          atLeast: 4,
          ours: () => timed(() => drain(pond)),
          byHand: () => hand.run("array-buffer", size),
        },
        ROUNDS,
      ),
      await compareSpeed(
        {
          what: `100 verified reads of 64 KiB at random places of ${size} MiB: how many times as fast as File.slice in a worker`,
          atLeast: 12,
          ours: () => randomReads(pond, size),
          byHand: () => hand.run("slices", size),
        },
        5,
      ),
    );
    return figures;
  } finally {
    await hand.close();
    await pond.close();
    await deletePond(POND);
  }
}

async function streamIn(pond: Pond, hand: LargeByHand, size: number): Promise<Figure> {
  const ours: number[] = [];
  const hashing: number[] = [];
  const writing: number[] = [];
  for (let round = 0; round <= ROUNDS; round += 1) {
    const file = new BigFile(size << 20, round);
    const ms = await timed(() => pond.root.writeFile(PATH, file.stream()));
    const [hash, write] = [await hand.run("hash", size), await hand.run("write", size)];
    if (round === 0) continue;
    ours.push(ms);
    hashing.push(hash);
    writing.push(write);
  }
  const sum = (times: readonly number[]) => times.reduce((total, time) => total + time, 0);
  const isHashing = sum(hashing) > sum(writing);
  return speedOf({
    what: `writing ${size} MiB from a stream: speed, as a part of that of the slower of hash-wasm's SHA-256 and sync-handle writes of 1 MiB (${isHashing ? "hashing" : "writing"})`,
    atLeast: 0.92,
    ours,
    byHand: isHashing ? hashing : writing,
  });
}

async function drain({ root }: Pond): Promise<void> {
  const reader = (await root.asyncReader(PATH)).getReader();
  for (;;) {
    if ((await reader.read()).done) return;
  }
}

async function drainInto({ root }: Pond, memory: ArrayBuffer): Promise<void> {
  const reader = (await root.asyncReader(PATH)).getReader({ mode: "byob" });
  for (let block = memory; ; ) {
    const { value, done } = await reader.read(new Uint8Array(block));
    if (done) return;
    block = value.buffer;
  }
}

async function randomReads({ root }: Pond, size: number): Promise<number> {
  const piece = 65_536;
  const source = await root.openSource(PATH);
  const ms = await timed(async () => {
    for (let index = 0; index < 100; index += 1) {
      const at = Math.floor(Math.random() * (size * 16)) * piece;
      await source.read(at, at + piece);
    }
  });
  await source.close();
  return ms;
}
