import type { Terminal } from "@xterm/xterm";
import type { Pond } from "tinypond";
import { type Candidate, Shell } from "tinypond/shell";
import { BusyLine } from "./busy-line.ts";
import { LineEditor } from "./line-editor.ts";
import { LineHistory } from "./line-history.ts";
import { pageFiles } from "./page-files.ts";
import { ScreenLine } from "./screen-line.ts";

/** So many candidates are listed. */
const MOST_LISTED = 120;

/** What follows an escape character in the sequences that keys send. */
const AFTER_ESCAPE = /^(?:\[[\d;]*[~A-Za-z]|O[A-Z]|[\s\S])?/;
const ESCAPE = "\x1b";

/** Reads keys, runs lines, prints what they give: one at a time. */
export class ConsoleSession {
  readonly #terminal: Terminal;
  readonly #shell: Shell;
  readonly #editor = new LineEditor();
  readonly #history: LineHistory;
  readonly #line: ScreenLine;
  /** Keys that came while a command ran. */
  readonly #keys: string[] = [];
  #running: AbortController | undefined;
  #isReading = false;
  #isOver = false;
  #lastKey = "";

  constructor(terminal: Terminal, pond: Pond) {
    this.#terminal = terminal;
    this.#shell = new Shell(pond, { files: pageFiles, color: true });
    this.#history = new LineHistory(`tinypond-console ${pond.name}`);
    this.#line = new ScreenLine(terminal);
  }

  /** Begins with a line that says what this is. */
  start(): void {
    this.#print(
      "\x1b[90mTinyPond console. \x1b[0mhelp\x1b[90m lists the commands, Tab completes, Shift-Tab leaves.\x1b[0m",
    );
    this.#draw();
  }

  /** Takes what the terminal sends for keys, and for what is pasted. */
  input(data: string): void {
    if (data === "\x03" && this.#running) {
      this.#running.abort(new DOMException("Cancelled", "AbortError"));
      this.#keys.length = 0;
      return;
    }
    this.#keys.push(...keysOf(data));
    void this.#readKeys();
  }

  /** Draws the line for another width. */
  resized(): void {
    if (!this.#running && !this.#isOver) this.#draw();
  }

  /** Ends it, and what runs. */
  end(): void {
    this.#isOver = true;
    this.#keys.length = 0;
    this.#running?.abort(new DOMException("The console was closed", "AbortError"));
  }

  async #readKeys(): Promise<void> {
    if (this.#isReading) return;
    this.#isReading = true;
    for (let key = this.#keys.shift(); key !== undefined; key = this.#keys.shift()) {
      await this.#press(key);
      this.#lastKey = key;
    }
    this.#isReading = false;
  }

  async #press(key: string): Promise<void> {
    const { text } = this.#editor;
    switch (this.#editor.press(key)) {
      case "enter":
        return this.#enter(text);
      case "interrupt":
        this.#leave("^C");
        this.#editor.set("");
        return this.#draw();
      case "complete":
        return this.#complete();
      case "older":
        return this.#show(this.#history.older(text));
      case "newer":
        return this.#show(this.#history.newer());
      case "clear":
        this.#line.erase();
        this.#terminal.clear();
        return this.#draw();
      case "changed":
        return this.#draw();
      default:
        return undefined;
    }
  }

  async #enter(line: string): Promise<void> {
    this.#leave();
    this.#editor.set("");
    this.#history.add(line);
    if (line.trim() === "clear") this.#terminal.clear();
    else if (line.trim() !== "") await this.#run(line);
    if (!this.#isOver) this.#draw();
  }

  async #run(line: string): Promise<void> {
    const running = new AbortController();
    this.#running = running;
    const busy = new BusyLine(this.#terminal);
    try {
      const { text } = await this.#shell.run(line, {
        signal: running.signal,
        columns: this.#terminal.cols,
        onProgress: (progress) => busy.tell(progress),
      });
      busy.end();
      if (text !== "" && !this.#isOver) this.#print(text);
    } catch (error) {
      busy.end();
      if (!this.#isOver) this.#print(errorText(error, running.signal.aborted));
    } finally {
      this.#running = undefined;
    }
  }

  /** One candidate is taken; of several what they share, and at the second Tab they are listed. */
  async #complete(): Promise<void> {
    const { text, cursor } = this.#editor;
    const { from, to, candidates } = await this.#shell.complete(text, cursor);
    const [only, other] = candidates;
    if (!only) return;
    if (!other) {
      const follows = only.isWhole && this.#editor.text.charAt(to) !== " " ? " " : "";
      this.#editor.replace(from, to, only.text + follows);
      return this.#draw();
    }
    const shared = sharedStart(candidates.map((one) => one.text));
    if (shared.length > to - from) {
      this.#editor.replace(from, to, shared);
      return this.#draw();
    }
    if (this.#lastKey !== "\t") return;
    this.#leave();
    this.#print(candidatesText(candidates, this.#terminal.cols));
    this.#draw();
  }

  #show(line: string | undefined): void {
    if (line === undefined) return;
    this.#editor.set(line);
    this.#draw();
  }

  #draw(): void {
    this.#line.draw(this.#prompt(), this.#editor.text, this.#editor.cursor);
  }

  #leave(mark = ""): void {
    this.#line.draw(
      this.#prompt(),
      this.#editor.text + mark,
      this.#editor.text.length + mark.length,
    );
    this.#line.leave(this.#prompt(), this.#editor.text + mark);
    this.#line.begin();
  }

  #prompt(): string {
    return `${this.#shell.cwd.replace(/\p{C}/gu, "?")} $ `;
  }

  #print(text: string): void {
    this.#terminal.write(`${text.replaceAll("\n", "\r\n")}\r\n`);
  }
}

/** Cuts what a terminal sends into keys: sequences, control characters, and runs of text. */
function* keysOf(data: string): Generator<string, void> {
  for (let at = 0; at < data.length; ) {
    const rest = data.slice(at);
    const [key = rest] = rest.startsWith(ESCAPE)
      ? [ESCAPE + (AFTER_ESCAPE.exec(rest.slice(1))?.[0] ?? "")]
      : (/^(?:\p{Cc}|\P{Cc}+)/u.exec(rest) ?? []);
    yield key;
    at += key.length;
  }
}

function errorText(error: unknown, wasCancelled: boolean): string {
  const { name, message, code, usage } = error as Partial<
    Record<"name" | "message" | "code" | "usage", string>
  >;
  if (wasCancelled && name === "AbortError") return "\x1b[33mcancelled\x1b[0m";
  const shown = safe(message ?? String(error));
  const note =
    usage === undefined ? (name === "ShellError" ? "" : (code ?? name)) : `usage: ${usage}`;
  return `\x1b[31m${shown}\x1b[0m${note && `\n\x1b[90m${safe(note)}\x1b[0m`}`;
}

/** A message may quote a name, and a name may hold anything. */
function safe(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Surrogate}]/gu, (char) =>
    char === "\n" ? " " : `\\u{${char.codePointAt(0)?.toString(16)}}`,
  );
}

function sharedStart(texts: readonly string[]): string {
  const [first = ""] = texts;
  let length = first.length;
  for (const text of texts) {
    while (!text.startsWith(first.slice(0, length))) length -= 1;
  }
  return first.slice(0, length);
}

function candidatesText(candidates: readonly Candidate[], columns: number): string {
  const shown = candidates.slice(0, MOST_LISTED);
  const rest = candidates.length - shown.length;
  const more = rest > 0 ? `\n\x1b[90m… and ${rest} more\x1b[0m` : "";
  if (shown.every(({ summary }) => summary !== undefined) && shown.length <= 30) {
    const width = Math.max(...shown.map(({ label }) => label.length));
    const lines = shown.map(({ label, summary = "" }) => {
      const room = Math.max(0, columns - width - 3);
      return `${label.padEnd(width)}  \x1b[90m${safe(summary).replaceAll("`", "").slice(0, room)}\x1b[0m`;
    });
    return lines.join("\n") + more;
  }
  return shown.map(({ label }) => safe(label)).join("  ") + more;
}
