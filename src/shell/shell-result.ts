import type { JsonValue } from "../interop/index.ts";

/**
 * What a command gave. It prints as its text: `String(result)`, `` `${result}` ``, and the display of
 * notebooks; `data` is for programs.
 */
export class ShellResult {
  /** What a terminal shows, without a line end at the end; with `--json` the data as JSON. */
  readonly text: string;
  /** The same as plain values, those that `--json` prints. */
  readonly data: JsonValue;
  /** The name of the command. */
  readonly command: string;

  constructor(command: string, text: string, data: JsonValue) {
    this.text = text;
    this.data = data;
    this.command = command;
  }

  /** The text. */
  toString(): string {
    return this.text;
  }

  /** The data, for `JSON.stringify`. */
  toJSON(): JsonValue {
    return this.data;
  }
}

// Asked for by notebooks and consoles to show an object; names that TypeScript cannot declare in a class.
Object.defineProperties(ShellResult.prototype, {
  [Symbol.for("Jupyter.display")]: {
    value(this: ShellResult) {
      return { "text/plain": this.text, "application/json": this.data };
    },
  },
  [Symbol.for("nodejs.util.inspect.custom")]: {
    value(this: ShellResult) {
      return this.text;
    },
  },
});
