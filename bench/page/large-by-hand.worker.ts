import { createSHA256 } from "hash-wasm";

const MIB = 1 << 20;
const NAME = "bench-large-by-hand.bin";

/** What is measured: one of the machine's own speeds, over bytes that the worker has already. */
export interface LargeTask {
  readonly what:
    | "hash"
    | "write"
    | "read"
    | "array-buffer"
    | "digest-and-write"
    | "slices"
    | "remove";
  /** In MiB. */
  readonly size: number;
}

addEventListener("message", ({ data }: MessageEvent<LargeTask>) => void run(data));

async function run({ what, size }: LargeTask): Promise<void> {
  const work = {
    hash,
    write,
    read,
    "array-buffer": readAll,
    "digest-and-write": digestAndWrite,
    slices,
    remove,
  };
  const ms = await work[what](size);
  postMessage(ms);
}

let made: Uint8Array<ArrayBuffer> | undefined;

async function hash(size: number): Promise<number> {
  const hasher = await createSHA256();
  const block = randomBlock();
  const start = performance.now();
  hasher.init();
  for (let index = 0; index < size; index += 1) hasher.update(block);
  hasher.digest("hex");
  return performance.now() - start;
}

async function write(size: number): Promise<number> {
  const block = randomBlock();
  const handle = await open();
  const start = performance.now();
  handle.truncate(0);
  for (let index = 0; index < size; index += 1) handle.write(block, { at: index * MIB });
  handle.flush();
  const ms = performance.now() - start;
  handle.close();
  return ms;
}

async function read(size: number): Promise<number> {
  const handle = await open();
  const block = new Uint8Array(MIB);
  const start = performance.now();
  for (let index = 0; index < size; index += 1) {
    if (handle.read(block, { at: index * MIB }) !== MIB) throw new Error("The file is too short");
  }
  const ms = performance.now() - start;
  handle.close();
  return ms;
}

async function readAll(size: number): Promise<number> {
  const file = await (await fileHandle()).getFile();
  const start = performance.now();
  const { byteLength } = await file.arrayBuffer();
  const ms = performance.now() - start;
  if (byteLength !== size * MIB) throw new Error(`${byteLength} bytes were read`);
  return ms;
}

async function digestAndWrite(size: number): Promise<number> {
  if (made?.byteLength !== size * MIB) made = manyBlocks(size);
  made[0] = (made[0] ?? 0) + 1;
  const handle = await open();
  const start = performance.now();
  await crypto.subtle.digest("SHA-256", made);
  handle.truncate(0);
  handle.write(made);
  handle.flush();
  const ms = performance.now() - start;
  handle.close();
  return ms;
}

/** A hundred pieces of 64 KiB at random places. */
async function slices(size: number): Promise<number> {
  const file = await (await fileHandle()).getFile();
  const piece = 65_536;
  const start = performance.now();
  for (let index = 0; index < 100; index += 1) {
    const at = Math.floor(Math.random() * (size * 16)) * piece;
    const { byteLength } = await file.slice(at, at + piece).arrayBuffer();
    if (byteLength !== piece) throw new Error(`${byteLength} bytes were read`);
  }
  return performance.now() - start;
}

async function remove(): Promise<number> {
  await (await navigator.storage.getDirectory()).removeEntry(NAME);
  return 0;
}

async function open(): Promise<FileSystemSyncAccessHandle> {
  return (await fileHandle()).createSyncAccessHandle();
}

async function fileHandle(): Promise<FileSystemFileHandle> {
  return (await navigator.storage.getDirectory()).getFileHandle(NAME, { create: true });
}

function randomBlock(): Uint8Array<ArrayBuffer> {
  return manyBlocks(1);
}

function manyBlocks(size: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(size * MIB);
  for (let at = 0; at < bytes.byteLength; at += 65_536) {
    crypto.getRandomValues(bytes.subarray(at, at + 65_536));
  }
  return bytes;
}
