import { TinyFSError } from "../tinyfs/errors.ts";
import { MAX_FOOTER_BYTES, TAIL_BYTES } from "./footer-limit.ts";
import { joinBytes } from "./join-bytes.ts";
import { type Footer, parseFooter } from "./parquet-footer.ts";

/** "PAR1" at the start; footer length and "PAR1" at the end. */
const MIN_FILE_BYTES = 12;

/** What reading a footer asks of a file. */
export interface ReadableFile {
  readonly size: number;
  /** Whether its bytes are in memory: reading them costs nothing. */
  readonly isHeld?: boolean;
  read(start: number, end: number): Promise<Uint8Array<ArrayBuffer>>;
}

/** A footer with the end of the file that it came from. */
export interface LocatedFooter {
  readonly footer: Footer;
  /** Length of the file. */
  readonly size: number;
  /** Where the footer starts in the file. */
  readonly bodyEnd: number;
  /** The file from `tailStart` to its end; it holds the whole footer. */
  readonly tail: Uint8Array<ArrayBuffer>;
  readonly tailStart: number;
}

/**
 * Finds, reads and validates the footer of a file.
 * @throws NOT_PARQUET with what is wrong; and what the file's `read` throws
 */
export async function readFooter(file: ReadableFile): Promise<LocatedFooter> {
  const { size } = file;
  if (size < MIN_FILE_BYTES)
    throw notParquet(`it has ${size} bytes, the least is ${MIN_FILE_BYTES}`);
  const [head, end] = await readEnds(file);
  if (!isMagic(head, 0)) throw notParquet('it does not start with "PAR1"');
  const length = footerLength(end, size);
  const tailStart = Math.min(size - end.length, size - 8 - length);
  const missing = size - end.length - tailStart;
  const tail =
    missing > 0 ? joinBytes([await file.read(tailStart, tailStart + missing), end]) : end;
  if (tail.length !== size - tailStart) throw notParquet(`its end is ${tail.length} bytes short`);
  return {
    footer: parseTail(tail, length, size),
    size,
    bodyEnd: size - 8 - length,
    tail,
    tailStart,
  };
}

/**
 * The footer of a file whose end is in memory.
 * @param size length of the whole file; absent: all of it is in memory
 * @throws NOT_PARQUET with what is wrong
 */
export function footerOf(tail: Uint8Array<ArrayBuffer>, size: number = tail.length): Footer {
  return parseTail(tail, footerLength(tail, size), size);
}

async function readEnds(
  file: ReadableFile,
): Promise<[Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>]> {
  const start = Math.max(0, file.size - TAIL_BYTES);
  const end = file.read(start, file.size);
  if (start > 0) return await Promise.all([file.read(0, 4), end]);
  const whole = await end;
  return [whole, whole];
}

function footerLength(end: Uint8Array<ArrayBuffer>, size: number): number {
  if (end.length < 8 || !isMagic(end, end.length - 4)) {
    const encrypted = end.length >= 4 && new TextDecoder().decode(end.subarray(-4)) === "PARE";
    throw notParquet(encrypted ? "it is encrypted" : 'it does not end with "PAR1"');
  }
  const length = new DataView(end.buffer, end.byteOffset).getUint32(end.length - 8, true);
  if (length > size - MIN_FILE_BYTES) {
    throw notParquet(`it has ${size} bytes and says that its footer has ${length}`);
  }
  if (length > MAX_FOOTER_BYTES)
    throw notParquet(`its footer has ${length} bytes, at most 64 MB are read`);
  return length;
}

function parseTail(tail: Uint8Array<ArrayBuffer>, length: number, size: number): Footer {
  const end = tail.length - 8;
  try {
    return parseFooter(tail.subarray(end - length, end), size - 8 - length);
  } catch (cause) {
    throw notParquet(
      `its footer is damaged: ${cause instanceof Error ? cause.message : cause}`,
      cause,
    );
  }
}

/** The error for bytes that are not a Parquet file. */
export function notParquet(detail: string, cause?: unknown): TinyFSError {
  return new TinyFSError("NOT_PARQUET", `Cannot read the file as Parquet: ${detail}`, { cause });
}

/** The error for a footer that cannot be taken apart. */
export function damagedFooter(cause: unknown): TinyFSError {
  return notParquet(
    `its footer is damaged: ${cause instanceof Error ? cause.message : cause}`,
    cause,
  );
}

function isMagic(bytes: Uint8Array<ArrayBuffer>, at: number): boolean {
  return (
    bytes[at] === 0x50 && bytes[at + 1] === 0x41 && bytes[at + 2] === 0x52 && bytes[at + 3] === 0x31
  );
}
