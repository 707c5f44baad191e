import type { WorkerSource } from "../../src/worker/worker-factory.ts";
import type { EngineBed } from "./storage-contract.ts";
import { blobFile, flipBit, newFolder, overwrite } from "./storage-pond.ts";

/** Engines on OPFS. @param worker where their workers come from */
export function opfsBed(worker?: WorkerSource): EngineBed {
  return {
    newPlace: async () => ({ directory: newFolder(), worker }),
    flipBit: async ({ directory }, sha256, at) => flipBit(await blobFile(directory, sha256), at),
    async cut({ directory }, sha256, bytes) {
      const file = await blobFile(directory, sha256);
      const whole = new Uint8Array(await (await file.getFile()).arrayBuffer());
      await overwrite(file, whole.slice(0, bytes));
    },
  };
}
