import { FS, WD } from "../../src/tinyfs/index.ts";
import type { OpenedFileSystem } from "../tinyfs/contract/file-system-bed.ts";
import { newPondName, openPond, removePond } from "./pond-fixture.ts";

/** The core as a page uses it, with nothing of the layers above it. */
export async function openOnOplog(): Promise<OpenedFileSystem> {
  const name = newPondName();
  const persistence = await openPond({ name });
  const fs = new FS({ persistence }, (context) => new WD(context));
  return { fs, head: () => persistence.head(), close: () => removePond(name, persistence) };
}
