import type { Part } from "../open-parts.ts";

/** Up to this size a file is read whole with its footer: such files are opened many at a time. */
const SMALL_BYTES = 64 * 1024;
const MAX_CHUNK_PARTS = 64;
const MAX_CHUNK_BYTES = 1 << 20;
/** Whoever wants a few rows only should not wait for many files: the first chunks are smaller. */
const FIRST_CHUNK_PARTS = 4;

/** A part of which rows may be read, and where it stands among all rows. */
export interface PlannedPart extends Part {
  /** Its first rows, which are not wanted. */
  readonly skipRows: number;
}

/** Neighbouring parts that are opened together: small ones of one schema, or one. */
export type Chunk = readonly PlannedPart[];

/** The parts that hold the first rows, so many; the ones after them are not opened. */
export function firstParts(parts: readonly PlannedPart[], rows: number): readonly PlannedPart[] {
  let left = rows;
  const end = parts.findIndex(({ rowCount = 0, skipRows }) => {
    const isEnough = left <= 0;
    left -= rowCount - skipRows;
    return isEnough;
  });
  // One is opened at least: what is asked for may not be there.
  return end < 0 ? parts : parts.slice(0, Math.max(1, end));
}

/** Cuts parts into chunks. Those whose rows are not counted stand alone. */
export function* chunksOf(parts: Iterable<PlannedPart>): Generator<Chunk> {
  let chunk: PlannedPart[] = [];
  let bytes = 0;
  let maxParts = FIRST_CHUNK_PARTS;
  for (const part of parts) {
    const [first] = chunk;
    const fits =
      first !== undefined &&
      isSmall(first) &&
      isSmall(part) &&
      first.schemaFingerprint === part.schemaFingerprint &&
      chunk.length < maxParts &&
      bytes + part.content.size <= MAX_CHUNK_BYTES;
    if (first && !fits) {
      yield chunk;
      maxParts = Math.min(MAX_CHUNK_PARTS, maxParts * 2);
      chunk = [];
      bytes = 0;
    }
    chunk.push(part);
    bytes += part.content.size;
  }
  if (chunk.length > 0) yield chunk;
}

function isSmall({ content, schemaFingerprint, rowCount }: Part): boolean {
  return content.size <= SMALL_BYTES && schemaFingerprint !== undefined && rowCount !== undefined;
}
