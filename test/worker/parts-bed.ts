import { databaseName } from "../../src/tlogfs/names.ts";
import { changePiece, pondOf, rawParts, recordOfBlob } from "./raw-parts.ts";
import type { EngineBed } from "./storage-contract.ts";
import { newDatabase } from "./storage-pond.ts";

const PIECE = 1 << 20;

/** Engines that keep large files in IndexedDB. */
export const partsBed: EngineBed = {
  async newPlace() {
    const database = databaseName(await newDatabase());
    return { directory: ["not-used"], database, blobs: "indexeddb" };
  },
  async flipBit({ database = "" }, sha256, at) {
    await changePiece(pondOf(database), { sha256, n: Math.floor(at / PIECE) }, (piece) => {
      piece.set([(piece[at % PIECE] ?? 0) ^ 1], at % PIECE);
      return piece;
    });
  },
  async cut({ database = "" }, sha256, bytes) {
    const pond = pondOf(database);
    const { at } = await recordOfBlob(pond, sha256);
    await changePiece(pond, { sha256, n: Math.floor(bytes / PIECE) }, (piece) => {
      return piece.slice(0, bytes % PIECE);
    });
    const key = ["file", `_large_files/${sha256}.data`];
    await rawParts(pond, (parts) => parts.put({ at, size: bytes }, key));
  },
};
