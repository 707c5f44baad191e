import type { Pond } from "../index.ts";
import { Call, type Session } from "./call.ts";
import type { Command } from "./command.ts";
import { helpOn } from "./commands/help.ts";
import { commands, findCommand } from "./commands.ts";
import { type Completion, completeLine } from "./complete.ts";
import { resolvePath } from "./paths.ts";
import { checkCount, readWords, type Word } from "./read-words.ts";
import { ShellError } from "./shell-error.ts";
import type { ShellOptions, ShellRunOptions } from "./shell-options.ts";
import { ShellResult } from "./shell-result.ts";
import { closest } from "./suggest.ts";
import { tokenizeWhole } from "./tokenize.ts";

/** Commands over a pond, and the directory that their paths begin at. */
export class Shell {
  readonly #session: Session;
  readonly #options: ShellOptions;

  constructor(pond: Pond, options: ShellOptions = {}) {
    this.#session = { pond, cwd: resolvePath("/", options.cwd ?? "/"), commands };
    this.#options = options;
  }

  /** The directory that paths begin at; `cd` changes it. */
  get cwd(): string {
    return this.#session.cwd;
  }

  /**
   * Runs a line, or the words of one: words are taken as they are, without quotes and wildcards. A
   * command does all of what it says, or nothing.
   * @throws ShellError for what is not written as its usage line says, or finds nothing; what the library
   * throws, as it is; the signal's reason
   */
  async run(line: string | readonly string[], options: ShellRunOptions = {}): Promise<ShellResult> {
    const settings = { ...this.#options, ...options };
    settings.signal?.throwIfAborted();
    const [name, ...given] = typeof line === "string" ? wordsOf(line) : line.map(asWord);
    if (!name) return new ShellResult("", "", null);
    const command = knownCommand(name.text);
    const { flags, words } = readWords(command, given);
    const screen = { columns: settings.columns, color: settings.color ?? false };
    const { toJson } = await import("../interop/index.ts");
    if (flags.isOn("help")) {
      const { text, data } = helpOn(command);
      return tell(new ShellResult("help", text(screen), toJson(data)), settings);
    }
    checkCount(command, words);
    const call = new Call(this.#session, command, { flags, words }, settings);
    try {
      const output = await command.run(call);
      const data = toJson(output.data);
      const text = flags.isOn("json") ? JSON.stringify(data, undefined, 2) : output.text(screen);
      return tell(new ShellResult(command.name, text, data), settings);
    } finally {
      await call.close();
    }
  }

  /** What the word at the cursor may become: commands, flags, their values, and paths. */
  complete(line: string, cursor: number = line.length): Promise<Completion> {
    return completeLine(this.#session, line.slice(0, cursor));
  }
}

/**
 * Runs one line on a pond: `await run(pond, "list -l /data/**")`. The result prints as its text, and has
 * the same as `data`. `help` tells the commands.
 * @throws as `Shell.run`
 */
export function run(
  pond: Pond,
  line: string | readonly string[],
  options: ShellOptions = {},
): Promise<ShellResult> {
  return new Shell(pond, options).run(line);
}

function tell(result: ShellResult, { onOutput }: ShellRunOptions): ShellResult {
  if (result.text !== "") onOutput?.(`${result.text}\n`);
  return result;
}

function wordsOf(line: string): Word[] {
  return tokenizeWhole(line).map(({ text, pattern }) => ({
    text,
    ...(pattern !== undefined && { pattern }),
  }));
}

function asWord(text: string): Word {
  return { text };
}

function knownCommand(name: string): Command {
  const command = findCommand(name);
  if (command) return command;
  const names = commands.map((known) => known.name);
  const found = closest(name, names);
  const hint = found === undefined ? '. "help" lists them all' : "";
  throw new ShellError("USAGE", `Cannot run "${name}": there is no such command${hint}`, {
    suggestion: found,
    usage: found === undefined ? "help" : undefined,
  });
}
