import type { Call } from "./call.ts";
import type { CommandDescription } from "./command-description.ts";
import type { Screen } from "./output/screen.ts";

/** What a command gives: its data, and how they look. */
export interface Output {
  readonly data: unknown;
  text(screen: Screen): string;
}

/** A command. */
export interface Command extends CommandDescription {
  run(call: Call): Promise<Output>;
}
