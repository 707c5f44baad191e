import "../symbols.ts";

export type { JsonValue } from "../interop/index.ts";
export type {
  ArgumentDescription,
  CommandDescription,
  CommandExample,
  FlagDescription,
  WordKind,
} from "./command-description.ts";
export type { Candidate, Completion } from "./complete.ts";
export { descriptions } from "./descriptions.ts";
export { textWidth } from "./output/text-width.ts";
export { run, Shell } from "./shell.ts";
export type { ShellErrorCode, ShellErrorDetails } from "./shell-error.ts";
export { ShellError } from "./shell-error.ts";
export type {
  HostFiles,
  HostOutput,
  ShellOptions,
  ShellProgress,
  ShellRunOptions,
} from "./shell-options.ts";
export { ShellResult } from "./shell-result.ts";
export type { Token } from "./tokenize.ts";
export { quote, tokenize } from "./tokenize.ts";
