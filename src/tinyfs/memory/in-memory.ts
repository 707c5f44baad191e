import { FS } from "../fs.ts";
import { WD } from "../wd.ts";
import { MemoryPersistence } from "./memory-persistence.ts";

/** A file system in memory: gone with the page. */
export function createMemoryFS(): FS {
  return new FS({ persistence: new MemoryPersistence() }, (context) => new WD(context));
}
