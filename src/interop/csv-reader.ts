import { csvFault } from "./csv-fault.ts";

/** A field: its text; `undefined` where nothing stands, not even quotes. */
export type CsvField = string | undefined;

/** A row with the physical line, from 1, on which it starts. */
export interface CsvRow {
  readonly line: number;
  readonly fields: readonly CsvField[];
}

/** A field that is longer is taken for a quote that was never closed. */
const MAX_FIELD_CHARS = 16 << 20;

const QUOTE = 34;
const LF = 10;
const CR = 13;

/**
 * Takes CSV text apart, wherever its chunks are cut: rows of fields, with quotes, line breaks in
 * quotes, and lines that end in LF, CR LF or CR. Lines with nothing on them are left out.
 */
export class CsvReader {
  readonly #delimiter: number;
  readonly #path: string;
  /** What of the text is not in a row yet: the field begins at `start`, `at` is looked at next. */
  #text = "";
  #start = 0;
  #at = 0;
  #state: "start" | "plain" | "quoted" | "behind-quote" = "start";
  #hasEscapes = false;
  #skipsLineFeed = false;
  #fields: CsvField[] = [];
  #rows: CsvRow[] = [];
  #line = 1;
  #breaksInRow = 0;

  /** @param path to be named in errors */
  constructor(delimiter: string, path: string) {
    this.#delimiter = delimiter.charCodeAt(0);
    this.#path = path;
  }

  /** The rows that a piece of text completes. @throws SCHEMA_MISMATCH with line and column */
  read(chunk: string): CsvRow[] {
    this.#text = this.#text.slice(this.#start) + chunk;
    this.#at -= this.#start;
    this.#start = 0;
    while (this.#at < this.#text.length) this.#step();
    if (this.#at - this.#start > MAX_FIELD_CHARS)
      throw this.#fault("a field is longer than 16 MiB");
    return this.#takeRows();
  }

  /** The last row, which needs no line break. @throws SCHEMA_MISMATCH where a quote is not closed */
  end(): CsvRow[] {
    if (this.#state === "quoted") throw this.#fault("a quote is not closed");
    this.#endField(this.#state === "behind-quote" ? this.#quotedText() : this.#plainText());
    this.#endRow();
    return this.#takeRows();
  }

  #step(): void {
    if (this.#state === "start") this.#begin();
    else if (this.#state === "plain") this.#scanPlain();
    else if (this.#state === "quoted") this.#scanQuoted();
    else this.#leaveQuotes();
  }

  #begin(): void {
    const code = this.#text.charCodeAt(this.#at);
    const isSecondHalf = code === LF && this.#skipsLineFeed;
    this.#skipsLineFeed = false;
    if (isSecondHalf) {
      this.#at += 1;
      this.#start = this.#at;
    } else if (code === QUOTE) {
      this.#at += 1;
      this.#state = "quoted";
    } else {
      this.#state = "plain";
    }
  }

  /** Fields without quotes, one after the other, to the end of the row: most files are that alone. */
  #scanPlain(): void {
    const text = this.#text;
    const delimiter = this.#delimiter;
    for (let at = this.#at; at < text.length; at += 1) {
      const code = text.charCodeAt(at);
      if (code !== delimiter && code !== LF && code !== CR) continue;
      this.#at = at;
      this.#separate(this.#plainText(), code);
      if (code !== delimiter || text.charCodeAt(at + 1) === QUOTE) return;
    }
    this.#at = text.length;
    // A chunk that ends behind a delimiter leaves open what the next field begins with.
    this.#state = this.#start === text.length ? "start" : "plain";
  }

  #scanQuoted(): void {
    const quote = this.#text.indexOf('"', this.#at);
    this.#at = quote < 0 ? this.#text.length : quote + 1;
    if (quote >= 0) this.#state = "behind-quote";
  }

  #leaveQuotes(): void {
    const code = this.#text.charCodeAt(this.#at);
    if (code === QUOTE) {
      this.#hasEscapes = true;
      this.#at += 1;
      this.#state = "quoted";
    } else if (code === this.#delimiter || code === LF || code === CR) {
      this.#separate(this.#quotedText(), code);
    } else {
      throw this.#fault("text follows a closing quote");
    }
  }

  #separate(field: CsvField, code: number): void {
    this.#endField(field);
    this.#at += 1;
    this.#start = this.#at;
    if (code === this.#delimiter) return;
    this.#endRow();
    this.#skipsLineFeed = code === CR;
  }

  #endField(field: CsvField): void {
    this.#fields.push(field);
    this.#state = "start";
    this.#hasEscapes = false;
  }

  #endRow(): void {
    const fields = this.#fields;
    const isBlank = fields.length === 1 && fields[0] === undefined;
    if (!isBlank) this.#rows.push({ line: this.#line, fields });
    this.#line += 1 + this.#breaksInRow;
    this.#breaksInRow = 0;
    this.#fields = [];
  }

  #takeRows(): CsvRow[] {
    const rows = this.#rows;
    this.#rows = [];
    return rows;
  }

  #plainText(): CsvField {
    return this.#at === this.#start ? undefined : this.#text.slice(this.#start, this.#at);
  }

  #quotedText(): string {
    const raw = this.#text.slice(this.#start + 1, this.#at - 1);
    this.#breaksInRow += countLineBreaks(raw);
    return this.#hasEscapes ? raw.replaceAll('""', '"') : raw;
  }

  #fault(reason: string): Error {
    const line = this.#line + this.#breaksInRow;
    return csvFault(this.#path, { line, column: this.#fields.length + 1 }, reason);
  }
}

/** How many lines a text goes on for. */
export function countLineBreaks(text: string): number {
  if (!text.includes("\n") && !text.includes("\r")) return 0;
  return text.match(/\r\n|\r|\n/g)?.length ?? 0;
}
