/** Why a line could not be run. Codes are stable; messages are not. */
export type ShellErrorCode =
  /** It is not written as the command's usage line says. */
  | "USAGE"
  /** A pattern finds nothing. */
  | "NO_MATCH"
  /** A file is to be shown as text and is not UTF-8. */
  | "NOT_TEXT"
  /** `host:` was named, and whoever runs the shell gives or takes no such file. */
  | "NO_HOST_FILE";

/** What a `ShellError` is about. */
export interface ShellErrorDetails extends ErrorOptions {
  /** The command's usage line. */
  readonly usage?: string | undefined;
  /** What was probably meant: a command, a flag or a value. */
  readonly suggestion?: string | undefined;
}

/** A line that cannot be run as it stands. What the library throws passes through as it is. */
export class ShellError extends Error {
  /** @hidden */
  override readonly name = "ShellError";
  /** What went wrong, for programs. */
  readonly code: ShellErrorCode;
  /** The command's usage line, where the command is known. */
  readonly usage?: string;
  /** What was probably meant. */
  readonly suggestion?: string;

  constructor(code: ShellErrorCode, message: string, details: ShellErrorDetails = {}) {
    const { usage, suggestion, cause } = details;
    const hint = suggestion === undefined ? "" : `. Did you mean "${suggestion}"?`;
    super(`${message}${hint}`, cause === undefined ? undefined : { cause });
    this.code = code;
    if (usage !== undefined) this.usage = usage;
    if (suggestion !== undefined) this.suggestion = suggestion;
  }
}
