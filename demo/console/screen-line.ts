import type { Terminal } from "@xterm/xterm";
import { textWidth } from "tinypond/shell";

/** The prompt and the line behind it, on as many rows of the terminal as they take. */
export class ScreenLine {
  readonly #terminal: Terminal;
  /** The row of the cursor, counted from that of the prompt. */
  #row = 0;

  constructor(terminal: Terminal) {
    this.#terminal = terminal;
  }

  /** Begins on a new row. */
  begin(): void {
    this.#row = 0;
  }

  /** Draws it anew. @param prompt without colours @param cursor where it stands in the text */
  draw(prompt: string, text: string, cursor: number): void {
    const { cols } = this.#terminal;
    const start = textWidth(prompt);
    const end = place(start + textWidth(text), cols);
    const wanted = place(start + textWidth(text.slice(0, cursor)), cols);
    // A line that ends at the edge leaves the cursor on it: a space brings it to the next row.
    const edge = end.column === 0 && end.row > 0 ? " \r" : "";
    this.#terminal.write(
      `${this.#toStart()}\x1b[1;32m${prompt}\x1b[0m${text}${edge}${up(end.row - wanted.row)}\r${right(wanted.column)}`,
    );
    this.#row = wanted.row;
  }

  /** Takes it away, so that something else can be written in its place. */
  erase(): void {
    this.#terminal.write(this.#toStart());
    this.#row = 0;
  }

  /** Moves to the row after it. */
  leave(prompt: string, text: string): void {
    const end = place(textWidth(prompt) + textWidth(text), this.#terminal.cols);
    const down = end.row - this.#row;
    this.#terminal.write(`${down > 0 ? `\x1b[${down}B` : ""}\r\n`);
    this.#row = 0;
  }

  #toStart(): string {
    return `${up(this.#row)}\r\x1b[J`;
  }
}

function place(columns: number, width: number): { row: number; column: number } {
  return { row: Math.floor(columns / width), column: columns % width };
}

function up(rows: number): string {
  return rows > 0 ? `\x1b[${rows}A` : "";
}

function right(columns: number): string {
  return columns > 0 ? `\x1b[${columns}C` : "";
}
