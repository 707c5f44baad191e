import type { CommandDescription } from "./command-description.ts";
import { describeCommand } from "./commands/help.ts";
import { commands } from "./commands.ts";

/** How each command is used, in the order in which `help` lists them. */
export const descriptions: readonly CommandDescription[] = commands.map(describeCommand);
