/** The SHA-256 of bytes that arrive in chunks. */
export interface ChunkHash {
  /** Whether there is time for something else: hashing has fallen behind. */
  readonly isBehind: boolean;
  /** Takes the chunk's buffer. Resolves when the next may come. @throws WORKER_DIED */
  update(chunk: Uint8Array<ArrayBuffer>): Promise<void>;
  /** Ends the hash. @throws WORKER_DIED */
  finish(): Promise<string>;
  /** Ends it where nobody wants it any more. */
  drop(): void;
}

/** A hash that is known: its bytes are not hashed again. */
export function knownHash(sha256: string): ChunkHash {
  return { isBehind: false, update: async () => {}, finish: async () => sha256, drop() {} };
}
