import type { CommandDescription } from "./command-description.ts";
import { ShellError } from "./shell-error.ts";
import { usageLine } from "./usage-text.ts";

/** A command that is not written as its usage line says. */
export function misuse(command: CommandDescription, why: string, suggestion?: string): ShellError {
  const usage = usageLine(command);
  return new ShellError("USAGE", `Cannot run "${command.name}": ${why}`, { usage, suggestion });
}
