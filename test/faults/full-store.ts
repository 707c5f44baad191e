import { isTinyFSError } from "../../src/tinyfs/errors.ts";
import { bytesOf } from "./scenarios.ts";
import type { TestPond } from "./test-pond.ts";

const MIB = 1 << 20;

/** More than the small store of this test can hold, however much of it is in use. */
const TOO_MUCH_BYTES = 64 * MIB;

/** Fills a store whose quota is small, frees some of it, and writes again. Says what is not as promised. */
export async function fillStore(open: () => Promise<TestPond>): Promise<string[]> {
  const faults: string[] = [];
  const written = await withPond(open, (pond) => fill(pond, faults));
  await withPond(open, (pond) => useFull(pond, written, faults));
  return faults;
}

async function withPond<Value>(
  open: () => Promise<TestPond>,
  work: (pond: TestPond) => Promise<Value>,
): Promise<Value> {
  await using pond = await open();
  return await work(pond);
}

/** The full pond opens, is read, and is cleared. */
async function useFull(pond: TestPond, written: readonly number[], faults: string[]) {
  const { root } = pond.fs;
  if (written.length < 4) faults.push(`only ${written.length} files of 1 MiB found room`);
  faults.push(...(await judgeTooMuch(pond)));
  faults.push(...(await judgeFiles(pond, written)));

  for (const n of written.slice(0, -2)) await root.remove(`/${n}`);
  await pond.fs.vacuum({ keepFor: 0 });
  await pond.backend.gc();
  try {
    await root.writeFile("/again", bytesOf(2 * MIB, 1));
    const read = await root.readFile("/again");
    if (read.byteLength !== 2 * MIB) faults.push("the new file has another length");
  } catch (error) {
    faults.push(`nothing can be written after room was made: ${String(error)}`);
  }
  faults.push(...(await judgeFiles(pond, written.slice(-2))));
}

async function fill({ fs: { root } }: TestPond, faults: string[]): Promise<number[]> {
  const written: number[] = [];
  for (let n = 0; n < 100; n += 1) {
    try {
      await root.writeFile(`/${n}`, bytesOf(MIB, n));
      written.push(n);
    } catch (error) {
      faults.push(...judgeError(error, MIB));
      return written;
    }
  }
  faults.push("100 MiB found room: the quota of the test is not in force");
  return written;
}

/** Bytes and streams that cannot fit fail, and leave nothing. */
async function judgeTooMuch({ fs: { root }, backend }: TestPond): Promise<string[]> {
  const faults: string[] = [];
  const blob = new Blob([new Uint8Array(TOO_MUCH_BYTES)]);
  for (const source of [new Uint8Array(TOO_MUCH_BYTES), blob.stream()]) {
    try {
      await root.writeFile("/huge", source);
      faults.push("64 MiB found room");
    } catch (error) {
      faults.push(...judgeError(error, 1));
    }
  }
  if (await root.exists("/huge")) faults.push("a file that had no room is there");
  const { sweptTemporaries } = await backend.gc({ dryRun: true });
  if (sweptTemporaries > 0) faults.push("a temporary is left");
  return faults;
}

function judgeError(error: unknown, needed: number): string[] {
  if (!isTinyFSError(error, "QUOTA")) return [`a full store is ${String(error)}`];
  const { needed: asked = 0, free = -1, reclaimable = -1 } = error;
  const isSensible = asked >= needed && free >= 0 && free < TOO_MUCH_BYTES && reclaimable >= 0;
  return isSensible ? [] : [`QUOTA says needed ${asked}, free ${free}, reclaimable ${reclaimable}`];
}

async function judgeFiles({ fs: { root } }: TestPond, numbers: readonly number[]) {
  const faults: string[] = [];
  for (const n of numbers) {
    const read = await root.readFile(`/${n}`).catch(String);
    const isWhole = read instanceof Uint8Array && sameBytes(read, bytesOf(MIB, n));
    if (!isWhole) faults.push(`/${n} is not whole: ${typeof read === "string" ? read : ""}`);
  }
  return faults;
}

function sameBytes(left: Uint8Array, right: Uint8Array): boolean {
  return left.length === right.length && left.every((byte, index) => byte === right[index]);
}
