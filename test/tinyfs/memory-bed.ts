import { FS, MemoryPersistence, WD } from "../../src/tinyfs/index.ts";
import type { OpenedFileSystem } from "./contract/file-system-bed.ts";

/** A file system in memory. */
export async function openMemory(): Promise<OpenedFileSystem> {
  const persistence = new MemoryPersistence();
  return {
    fs: new FS({ persistence }, (context) => new WD(context)),
    head: () => persistence.head(),
    close: () => persistence.close(),
  };
}
