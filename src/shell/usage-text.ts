import type {
  ArgumentDescription,
  CommandDescription,
  FlagDescription,
} from "./command-description.ts";
import { COMMON_FLAGS } from "./command-description.ts";

/** How a command is written: `move [--replace] SOURCE... DEST`. */
export function usageLine({ name, flags, arguments: words }: CommandDescription): string {
  return [name, ...flags.map((flag) => `[${flagUsage(flag)}]`), ...words.map(wordUsage)].join(" ");
}

/** A word in a usage line. */
export function wordUsage({ name, optional, many }: ArgumentDescription): string {
  const repeated = many ? `${name}...` : name;
  return optional ? `[${repeated}]` : repeated;
}

/** A flag with its value: `--limit N`. */
export function flagName({ name, value }: FlagDescription): string {
  return value === undefined ? `--${name}` : `--${name} ${value}`;
}

/** What a flag does, with its choices and what holds without it. */
export function flagSummary({ summary, choices, default: without }: FlagDescription): string {
  const among = choices ? ` One of ${choices.join(", ")}.` : "";
  return `${summary}${among}${without === undefined ? "" : ` Default: ${without}.`}`;
}

/** All flags of a command. */
export function flagsOf({ flags }: CommandDescription): readonly FlagDescription[] {
  return [...flags, ...COMMON_FLAGS];
}

function flagUsage({ name, short, value }: FlagDescription): string {
  const dashed = short === undefined ? `--${name}` : `-${short}`;
  return value === undefined ? dashed : `${dashed} ${value}`;
}
