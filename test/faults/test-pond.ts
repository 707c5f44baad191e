import { type Backend, openBackend } from "../../src/backend.ts";
import type { PondOptions } from "../../src/pond-options.ts";
import type { ByteSource } from "../../src/tinyfs/byte-source.ts";
import { FS } from "../../src/tinyfs/fs.ts";
import { sourceToBytes } from "../../src/tinyfs/streams.ts";
import { WD } from "../../src/tinyfs/wd.ts";

/** A pond as `openPond` makes it, but for tables: series are joined end to end, and no codec is loaded. */
export interface TestPond extends AsyncDisposable {
  readonly name: string;
  readonly fs: FS<WD>;
  readonly backend: Backend;
}

/** What of a pond's options the tests choose. */
export type TestPondOptions = Pick<PondOptions, "storage" | "mustExist"> & {
  readonly makeWorker: () => Worker;
};

/** Opens a pond, and makes it where it is not there. */
export async function openTestPond(
  name: string,
  { makeWorker, ...options }: TestPondOptions,
): Promise<TestPond> {
  const backend = await openBackend(name, { ...options, workers: { storage: makeWorker } });
  const { persistence } = backend;
  const fs = new FS({ persistence, joinSegments: joinEndToEnd }, (context) => new WD(context));
  return { name, fs, backend, [Symbol.asyncDispose]: () => backend.close() };
}

async function joinEndToEnd(segments: readonly ByteSource[]): Promise<ByteSource> {
  const parts = await Promise.all(segments.map((segment) => sourceToBytes(segment)));
  const whole = new Uint8Array(await new Blob(parts as BlobPart[]).arrayBuffer());
  return {
    size: whole.byteLength,
    read: async (start, end) => whole.slice(start, end),
    close: async () => {},
  };
}
