const MOST_LINES = 300;

/** The lines that were run, kept until the tab is closed. */
export class LineHistory {
  readonly #key: string;
  readonly #lines: string[];
  #at: number;
  /** What was typed before older lines were looked at. */
  #draft = "";

  constructor(key: string) {
    this.#key = key;
    this.#lines = read(key);
    this.#at = this.#lines.length;
  }

  /** Keeps a line; one that was run twice in a row is kept once. */
  add(line: string): void {
    if (line.trim() !== "" && this.#lines.at(-1) !== line) this.#lines.push(line);
    this.#lines.splice(0, this.#lines.length - MOST_LINES);
    this.#at = this.#lines.length;
    try {
      sessionStorage.setItem(this.#key, JSON.stringify(this.#lines));
    } catch {
      // A full or refused store costs the history of the next visit, and nothing else.
    }
  }

  /** The line before; `undefined` where there is none. */
  older(typed: string): string | undefined {
    if (this.#at === 0) return undefined;
    if (this.#at === this.#lines.length) this.#draft = typed;
    this.#at -= 1;
    return this.#lines[this.#at];
  }

  /** The line after, at last what was typed; `undefined` where there is none. */
  newer(): string | undefined {
    if (this.#at === this.#lines.length) return undefined;
    this.#at += 1;
    return this.#lines[this.#at] ?? this.#draft;
  }
}

function read(key: string): string[] {
  try {
    const lines: unknown = JSON.parse(sessionStorage.getItem(key) ?? "[]");
    return Array.isArray(lines) ? lines.filter((line) => typeof line === "string") : [];
  } catch {
    return []; // refused, or written by something else: the history begins anew
  }
}
