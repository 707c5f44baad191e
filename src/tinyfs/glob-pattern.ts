import { TinyFSError } from "./errors.ts";

/** One component of a pattern: a name as it is, a name to match, or any depth of directories. */
export type PatternPart =
  | { readonly kind: "literal"; readonly name: string }
  | { readonly kind: "match"; readonly expression: RegExp }
  | { readonly kind: "depth" };

/**
 * Reads a glob pattern: `*`, `?`, `[a-z]`, `[!a-z]`, `{a,b}` within a name, `**` as a name of its own for
 * any depth. A backslash takes the next character as it is.
 * @throws INVALID_PATH when a bracket or brace is not closed, or a brace holds a `/`
 */
export function parsePattern(pattern: string): PatternPart[] {
  if (typeof pattern !== "string")
    throw new TypeError(`A pattern is a string, not ${typeof pattern}`);
  const names = pattern.split("/").filter((name) => name !== "" && name !== ".");
  return names.map((name): PatternPart => {
    if (name === "**") return { kind: "depth" };
    if (!/[*?[\]{}\\]/.test(name)) return { kind: "literal", name };
    return { kind: "match", expression: new NameCompiler(name, pattern).compile() };
  });
}

/** Turns one name of a pattern into an expression with a group for every wildcard. */
class NameCompiler {
  readonly #name: string;
  readonly #pattern: string;
  #at = 0;

  constructor(name: string, pattern: string) {
    this.#name = name;
    this.#pattern = pattern;
  }

  compile(): RegExp {
    const source = `^${this.#sequence("", true)}$`;
    try {
      return new RegExp(source, "su");
    } catch (error) {
      throw this.#invalid("a range in [ ] runs backwards", error);
    }
  }

  /** Reads up to one of the characters in `until`; wildcards make groups only at the top. */
  #sequence(until: string, isTop: boolean): string {
    let source = "";
    while (this.#at < this.#name.length) {
      const char = this.#name[this.#at] as string;
      if (until.includes(char)) return source;
      this.#at += 1;
      source += this.#wildcard(char, isTop) ?? quote(this.#literal(char));
    }
    if (until !== "") throw this.#invalid("a { is not closed");
    return source;
  }

  #wildcard(char: string, isTop: boolean): string | undefined {
    const group = (inner: string) => (isTop ? `(${inner})` : `(?:${inner})`);
    if (char === "*") return group(".*?");
    if (char === "?") return group(".");
    if (char === "[") return group(this.#characterClass());
    if (char === "{") return group(this.#alternatives());
    return undefined;
  }

  #literal(char: string): string {
    if (char !== "\\") return char;
    const next = this.#name[this.#at];
    if (next === undefined) throw this.#invalid("it ends in a backslash");
    this.#at += 1;
    return next;
  }

  #characterClass(): string {
    const isNegated = /[!^]/.test(this.#name[this.#at] ?? "");
    const end = this.#name.indexOf("]", this.#at + (isNegated ? 2 : 1)); // one that comes first is a member
    if (end < 0) throw this.#invalid("a [ is not closed");
    const inside = this.#name.slice(this.#at, end);
    this.#at = end + 1;
    const ranges = (isNegated ? inside.slice(1) : inside).replace(/[\\\][^]/g, "\\$&");
    return `[${isNegated ? "^" : ""}${ranges}]`;
  }

  #alternatives(): string {
    const options: string[] = [];
    for (;;) {
      options.push(this.#sequence(",}", false));
      const stop = this.#name[this.#at];
      this.#at += 1;
      if (stop === "}") return options.map((option) => `(?:${option})`).join("|");
    }
  }

  #invalid(reason: string, cause?: unknown): TinyFSError {
    const path = this.#pattern;
    const message = `Cannot use pattern "${path}": ${reason}`;
    return new TinyFSError("INVALID_PATH", message, { path, cause });
  }
}

function quote(char: string): string {
  return char.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
}
