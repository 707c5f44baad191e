/** What a word of a command stands for; completion and globbing go by it. */
export type WordKind = "path" | "host" | "name" | "command" | "tag" | "number" | "pattern";

/** A word after the command's name. */
export interface ArgumentDescription {
  /** In capitals, as the usage line shows it. */
  readonly name: string;
  /** What it is, in words. */
  readonly summary: string;
  /** What it stands for. */
  readonly kind: WordKind;
  /** Whether it may be left out. */
  readonly optional?: boolean;
  /** Whether it may be repeated. */
  readonly many?: boolean;
}

/** A flag. */
export interface FlagDescription {
  /** Without its dashes. */
  readonly name: string;
  /** The same in one letter. */
  readonly short?: string;
  /** Its value in capitals; absent: it has none. */
  readonly value?: string;
  /** What it does. */
  readonly summary: string;
  /** The values it may have. */
  readonly choices?: readonly string[];
  /** What holds without it, in words. */
  readonly default?: string;
}

/** A line to try, and what it does. */
export interface CommandExample {
  /** The line. */
  readonly line: string;
  /** What it does. */
  readonly summary: string;
}

/** What `help`, completion, the check of arguments and `docs/console.md` are made from. */
export interface CommandDescription {
  /** As it is called. */
  readonly name: string;
  /** Other names it is known by. */
  readonly aliases?: readonly string[];
  /** One sentence. */
  readonly summary: string;
  /** What else is to be known. */
  readonly details?: string;
  /** Its words, in order. */
  readonly arguments: readonly ArgumentDescription[];
  /** Its flags; `--json` and `--help` are every command's. */
  readonly flags: readonly FlagDescription[];
  /** Lines to try. */
  readonly examples: readonly CommandExample[];
  /** What the data are that `--json` prints. */
  readonly json: string;
}

/** Flags of every command. */
export const COMMON_FLAGS: readonly FlagDescription[] = [
  { name: "json", summary: "Print the data as JSON." },
  { name: "help", short: "h", summary: "Tell how the command is used." },
];

/** Reads the pond as of a commit. */
export const AT_FLAG: FlagDescription = {
  name: "at",
  value: "COMMIT",
  summary:
    "As of a commit: its number, a date (local time unless it names a zone), or a tag; `tag:NAME` for a tag that looks like one of these.",
};

/** Sizes in bytes. */
export const BYTES_FLAG: FlagDescription = {
  name: "bytes",
  short: "b",
  summary: "Show sizes in bytes.",
};
