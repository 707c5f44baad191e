import { ShellError } from "./shell-error.ts";

/** A word of a line. */
export interface Token {
  /** What it says, quotes and backslashes taken away. */
  readonly text: string;
  /** The same as a glob pattern, where it holds wildcards that were not quoted. */
  readonly pattern?: string;
  /** Where it begins in the line. */
  readonly start: number;
  /** Where it ends, exclusive. */
  readonly end: number;
  /** What is not closed at the end of the line: a quote, or a backslash that nothing follows. */
  readonly open?: "'" | '"' | "\\";
}

const WILDCARDS = "*?[]{}";
const SPACE = /\s/;

/**
 * Cuts a line into words, as a POSIX shell does: `'…'` takes everything as it is, `"…"` all but `\"` and
 * `\\`, and a backslash elsewhere the character after it. There are no variables, pipes or comments.
 */
export function tokenize(line: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  for (;;) {
    while (at < line.length && SPACE.test(line.charAt(at))) at += 1;
    if (at >= line.length) return tokens;
    const token = new WordReader(line, at).read();
    tokens.push(token);
    at = token.end;
  }
}

/** The same, of a line that is to be run. @throws USAGE a quote is not closed */
export function tokenizeWhole(line: string): Token[] {
  const tokens = tokenize(line);
  const open = tokens.at(-1)?.open;
  if (open === undefined) return tokens;
  const what = open === "\\" ? "it ends in a backslash" : `a ${open} is not closed`;
  throw new ShellError("USAGE", `Cannot read the line: ${what}`);
}

/** A text as a word that is read as exactly this text. */
export function quote(text: string): string {
  if (/^[\p{L}\p{N}\p{M}_./:@%+=,~^-]+$/u.test(text)) return text;
  return `'${text.replaceAll("'", "'\\''")}'`;
}

class WordReader {
  readonly #line: string;
  readonly #start: number;
  #at: number;
  #text = "";
  #pattern = "";
  #isPattern = false;

  constructor(line: string, start: number) {
    this.#line = line;
    this.#start = start;
    this.#at = start;
  }

  read(): Token {
    let open: Token["open"];
    while (open === undefined && this.#at < this.#line.length) {
      const char = this.#line.charAt(this.#at);
      if (SPACE.test(char)) break;
      this.#at += 1;
      if (char === "'" || char === '"') open = this.#quoted(char);
      else if (char === "\\") open = this.#escaped();
      else this.#plain(char);
    }
    return {
      text: this.#text,
      ...(this.#isPattern && { pattern: this.#pattern }),
      start: this.#start,
      end: this.#at,
      ...(open && { open }),
    };
  }

  #plain(char: string): void {
    this.#text += char;
    this.#pattern += char;
    if (WILDCARDS.includes(char)) this.#isPattern = true;
  }

  /** A character that means itself, whatever it is. */
  #literal(char: string): void {
    this.#text += char;
    this.#pattern += WILDCARDS.includes(char) || char === "\\" ? `\\${char}` : char;
  }

  #escaped(): "\\" | undefined {
    if (this.#at >= this.#line.length) return "\\";
    this.#literal(this.#line.charAt(this.#at));
    this.#at += 1;
    return undefined;
  }

  #quoted(mark: "'" | '"'): "'" | '"' | undefined {
    while (this.#at < this.#line.length) {
      const char = this.#line.charAt(this.#at);
      this.#at += 1;
      if (char === mark) return undefined;
      const next = this.#line.charAt(this.#at);
      const isEscape = mark === '"' && char === "\\" && (next === '"' || next === "\\");
      if (isEscape) this.#at += 1;
      this.#literal(isEscape ? next : char);
    }
    return mark;
  }
}
