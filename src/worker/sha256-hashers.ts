import { createSHA256, type IHasher } from "hash-wasm";

/** Hashers that have ended: making one costs more than hashing a small file. */
const idle: IHasher[] = [];

/** A fresh SHA-256. */
export async function takeHasher(): Promise<IHasher> {
  return (idle.pop() ?? (await createSHA256())).init();
}

/** The hash in 64 lower-case hex digits. The hasher must not be used again. */
export function endHasher(hasher: IHasher): string {
  const sha256 = hasher.digest("hex");
  idle.push(hasher);
  return sha256;
}
