import { PagePause } from "../arrow/page-pause.ts";
import { detectDelimiter } from "./csv-delimiter.ts";
import type { CsvDelimiter } from "./csv-options.ts";
import { CsvReader, type CsvRow } from "./csv-reader.ts";
import type { TextPiece } from "./csv-text.ts";

/** Text that is looked at to find the delimiter. */
const SAMPLE_CHARS = 1 << 16;

/** Rows that a piece of text completes. */
export interface RowsRead {
  readonly rows: readonly CsvRow[];
  readonly delimiter: CsvDelimiter;
  /** Bytes of the file that have been read so far. */
  readonly bytesRead: number;
}

/** The rows of a text, piece by piece. The page can breathe in between. */
export async function* readRows(
  pieces: AsyncIterable<TextPiece>,
  path: string,
  given: CsvDelimiter | undefined,
): AsyncGenerator<RowsRead, void> {
  const pause = new PagePause();
  let reader: CsvReader | undefined;
  let delimiter: CsvDelimiter = given ?? ",";
  let read = 0;
  for await (const { text, bytesRead } of joinHead(pieces)) {
    if (!reader && !given) delimiter = delimiterOf(text);
    reader ??= new CsvReader(delimiter, path);
    yield { rows: reader.read(text), delimiter, bytesRead };
    read = bytesRead;
    await pause.ifDue();
  }
  if (reader) yield { rows: reader.end(), delimiter, bytesRead: read };
}

function delimiterOf(head: string): CsvDelimiter {
  return detectDelimiter(head.slice(0, SAMPLE_CHARS), head.length < SAMPLE_CHARS);
}

/** The same pieces, but the first is long enough for a sample, or all there is. */
async function* joinHead(pieces: AsyncIterable<TextPiece>): AsyncGenerator<TextPiece, void> {
  let head: string | undefined = "";
  let read = 0;
  for await (const piece of pieces) {
    read = piece.bytesRead;
    if (head === undefined) {
      yield piece;
      continue;
    }
    head += piece.text;
    if (head.length < SAMPLE_CHARS) continue;
    yield { text: head, bytesRead: read };
    head = undefined;
  }
  if (head !== undefined) yield { text: head, bytesRead: read };
}
