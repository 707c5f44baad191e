import { type DigestedFile, FileDigest } from "./file-digest.ts";
import { guarded } from "./storage-failure.ts";
import type { FileStore } from "./storage-files.ts";
import { largeFileName, largeFilePath } from "./storage-paths.ts";
import { STEP_BYTES } from "./storage-writer.ts";
import { yieldToMessages } from "./yield-to-messages.ts";

/** Folder of damaged blobs that a repair has set aside, in the pond's folder. */
const QUARANTINE = "_quarantine";

/** What the bytes of a file are, whatever they should be; `undefined` where there is no file. */
export async function digestFile(
  files: FileStore,
  path: string,
  signal?: AbortSignal,
): Promise<DigestedFile | undefined> {
  return await guarded(`read "${path}"`, async () => {
    const reading = await files.open(path);
    if (!reading) return undefined;
    try {
      const digest = await FileDigest.start();
      const buffer = new Uint8Array(Math.min(STEP_BYTES, reading.size));
      for (let at = 0; at < reading.size; ) {
        if (at > 0) await yieldToMessages();
        signal?.throwIfAborted();
        const target = buffer.subarray(0, Math.min(STEP_BYTES, reading.size - at));
        const count = await reading.readInto(target, at);
        if (count === 0) break; // it became shorter: the digest says so
        digest.update(target.subarray(0, count));
        at += count;
      }
      return digest.finish();
    } finally {
      reading.close();
    }
  });
}

/** Moves a damaged blob out of the way, so that nothing reads it and nothing is lost. `false`: there is none. */
export async function setAside(files: FileStore, sha256: string): Promise<boolean> {
  const target = `${QUARANTINE}/${largeFileName(sha256)}`;
  return await guarded(`set large file "${sha256}" aside`, () =>
    files.move(largeFilePath(sha256), target),
  );
}
