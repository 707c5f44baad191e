/** What a key asks for beyond the line itself. */
export type EditorEvent =
  | "changed"
  | "enter"
  | "interrupt"
  | "complete"
  | "older"
  | "newer"
  | "clear";

const WORD_BEFORE = /\S+\s*$/;
const WORD_AFTER = /^\s*\S+/;

const segmenter = new Intl.Segmenter();

/** A line that is typed: its text, and where in it the cursor stands. */
export class LineEditor {
  #text = "";
  #cursor = 0;

  /** What is typed. */
  get text(): string {
    return this.#text;
  }

  /** Where the cursor stands, counted in UTF-16 units. */
  get cursor(): number {
    return this.#cursor;
  }

  /** Another line in its place, the cursor at its end unless said otherwise. */
  set(text: string, cursor: number = text.length): void {
    this.#text = text;
    this.#cursor = cursor;
  }

  /** Puts another text in the place of a part. */
  replace(from: number, to: number, text: string): void {
    this.set(this.#text.slice(0, from) + text + this.#text.slice(to), from + text.length);
  }

  /** Does what a key says; `undefined` where it says nothing here. */
  press(key: string): EditorEvent | undefined {
    const command = COMMANDS[key];
    if (command) return command(this);
    // What is pasted may hold anything; what a line has no place for becomes a space.
    if (key.startsWith("\x1b") || key === "") return undefined;
    this.replace(this.#cursor, this.#cursor, key.replace(/\p{Cc}/gu, " "));
    return "changed";
  }

  /** Moves the cursor by a character, as people see it. */
  step(direction: -1 | 1): void {
    const [before, after] = this.#sides();
    const [first] = segmenter.segment(after);
    const last = [...segmenter.segment(before)].at(-1);
    this.#cursor = direction > 0 ? this.#cursor + (first?.segment.length ?? 0) : (last?.index ?? 0);
  }

  /** Moves the cursor to the beginning or the end of a word. */
  stepWord(direction: -1 | 1): void {
    const [before, after] = this.#sides();
    const length = (direction < 0 ? WORD_BEFORE.exec(before) : WORD_AFTER.exec(after))?.[0].length;
    this.#cursor += direction * (length ?? 0);
  }

  /** Takes away what lies between the cursor and where a move brings it. */
  deleteTo(move: () => void): void {
    const from = this.#cursor;
    move();
    this.replace(Math.min(from, this.#cursor), Math.max(from, this.#cursor), "");
  }

  #sides(): [before: string, after: string] {
    return [this.#text.slice(0, this.#cursor), this.#text.slice(this.#cursor)];
  }
}

type EditorCommand = (editor: LineEditor) => EditorEvent;

function moving(move: (editor: LineEditor) => void): EditorCommand {
  return (editor) => {
    move(editor);
    return "changed";
  };
}

function deleting(move: (editor: LineEditor) => void): EditorCommand {
  return moving((editor) => editor.deleteTo(() => move(editor)));
}

const home = (editor: LineEditor) => editor.set(editor.text, 0);
const end = (editor: LineEditor) => editor.set(editor.text);
const left = (editor: LineEditor) => editor.step(-1);
const right = (editor: LineEditor) => editor.step(1);
const wordLeft = (editor: LineEditor) => editor.stepWord(-1);
const wordRight = (editor: LineEditor) => editor.stepWord(1);

/** By what a terminal sends for a key. */
const COMMANDS: Readonly<Record<string, EditorCommand>> = {
  "\r": () => "enter",
  "\n": () => "enter",
  "\t": () => "complete",
  "\x03": () => "interrupt",
  "\x0c": () => "clear",
  "\x1b[A": () => "older",
  "\x10": () => "older",
  "\x1b[B": () => "newer",
  "\x0e": () => "newer",
  "\x1b[D": moving(left),
  "\x02": moving(left),
  "\x1b[C": moving(right),
  "\x06": moving(right),
  "\x1b[1;5D": moving(wordLeft),
  "\x1b[1;3D": moving(wordLeft),
  "\x1bb": moving(wordLeft),
  "\x1b[1;5C": moving(wordRight),
  "\x1b[1;3C": moving(wordRight),
  "\x1bf": moving(wordRight),
  "\x1b[H": moving(home),
  "\x1bOH": moving(home),
  "\x01": moving(home),
  "\x1b[F": moving(end),
  "\x1bOF": moving(end),
  "\x05": moving(end),
  "\x7f": deleting(left),
  "\b": deleting(left),
  "\x1b[3~": deleting(right),
  "\x04": deleting(right),
  "\x17": deleting(wordLeft),
  "\x1b\x7f": deleting(wordLeft),
  "\x1bd": deleting(wordRight),
  "\x15": deleting(home),
  "\x0b": deleting(end),
};
