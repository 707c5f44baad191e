import type { FS, Head, WD } from "../../../src/tinyfs/index.ts";

/** A file system made for one test, and how to be rid of it. */
export interface OpenedFileSystem {
  readonly fs: FS;
  /** The newest commit with its totals, where a test can ask for it. */
  head?(): Promise<Head>;
  close(): Promise<void>;
}

/** Makes an empty file system. */
export type OpenFileSystem = () => Promise<OpenedFileSystem>;

/** What a test of the contract works on. */
export interface Bed {
  readonly fs: FS;
  readonly root: WD;
}

/** Makes file systems for the tests of the present `describe`, and closes them after each. */
export function useFileSystem(open: OpenFileSystem): () => Promise<Bed> {
  const opened: OpenedFileSystem[] = [];
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((one) => one.close()));
  });
  return async () => {
    const one = await open();
    opened.push(one);
    return { fs: one.fs, root: one.fs.root };
  };
}
