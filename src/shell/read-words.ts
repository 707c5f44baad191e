import mri from "mri";
import type { CommandDescription, FlagDescription } from "./command-description.ts";
import { Flags } from "./flags.ts";
import { misuse } from "./misuse.ts";
import { closest } from "./suggest.ts";
import { flagsOf } from "./usage-text.ts";

/** A word as it was given: what it says, and the pattern that it is, where it is one. */
export interface Word {
  readonly text: string;
  readonly pattern?: string;
}

/** What a command was called with. */
export interface Words {
  readonly flags: Flags;
  readonly words: readonly Word[];
}

/**
 * Tells flags from other words and reads both by a command's description. After `--` nothing is a flag.
 * @throws USAGE
 */
export function readWords(command: CommandDescription, given: readonly Word[]): Words {
  const { flagWords, words } = new FlagFinder(command).separate(given);
  const known = flagsOf(command);
  const { _: none, ...values } = mri<Record<string, unknown>>(flagWords, {
    alias: Object.fromEntries(known.map(({ name, short }) => [name, short ?? []])),
    boolean: known.filter(({ value }) => value === undefined).map(({ name }) => name),
    string: known.filter(({ value }) => value !== undefined).map(({ name }) => name),
    unknown: (flag) => {
      throw unknownFlag(command, flag);
    },
  });
  return { flags: new Flags(command, values), words };
}

/** Says so unless there are as many words as the description asks for. @throws USAGE */
export function checkCount(command: CommandDescription, words: readonly Word[]): void {
  const { arguments: wanted } = command;
  const missing = wanted.filter(({ optional }) => !optional)[words.length];
  if (missing) throw misuse(command, `${missing.name} is missing`);
  const hasMany = wanted.some(({ many }) => many);
  const extra = words[wanted.length];
  if (!hasMany && extra) throw misuse(command, `"${extra.text}" is one word too many`);
}

/** Brings flags into a form in which each of them has its value, and no value looks like a flag. */
class FlagFinder {
  readonly #command: CommandDescription;
  readonly #flags: readonly FlagDescription[];

  constructor(command: CommandDescription) {
    this.#command = command;
    this.#flags = flagsOf(command);
  }

  separate(given: readonly Word[]): { readonly flagWords: string[]; readonly words: Word[] } {
    const flagWords: string[] = [];
    const words: Word[] = [];
    for (let at = 0; at < given.length; at += 1) {
      const word = given[at] as Word;
      if (word.text === "--") return { flagWords, words: [...words, ...given.slice(at + 1)] };
      if (!/^-./.test(word.text)) {
        words.push(word);
        continue;
      }
      const flag = this.#withValue(word.text, given[at + 1]?.text);
      flagWords.push(flag.text);
      if (flag.tookNext) at += 1;
    }
    return { flagWords, words };
  }

  #withValue(text: string, next: string | undefined): { text: string; tookNext: boolean } {
    if (text.includes("=")) return { text, tookNext: false };
    const last = text.startsWith("--") ? this.#named(text.slice(2)) : this.#short(text.slice(-1));
    const first = text.startsWith("--") ? undefined : this.#short(text.slice(1, 2));
    if (first?.value !== undefined && text.length > 2) {
      return { text: `--${first.name}=${text.slice(2)}`, tookNext: false }; // -n5
    }
    if (last?.value === undefined) {
      // A word after a flag without a value is not its value.
      return { text: text.startsWith("--no-") || !last ? text : `${text}=true`, tookNext: false };
    }
    if (next === undefined) {
      throw misuse(this.#command, `${text} needs a value, ${last.value}`);
    }
    return { text: `${text}=${next}`, tookNext: true };
  }

  #named(name: string): FlagDescription | undefined {
    return this.#flags.find((flag) => flag.name === name);
  }

  #short(letter: string): FlagDescription | undefined {
    return this.#flags.find(({ short }) => short === letter);
  }
}

function unknownFlag(command: CommandDescription, flag: string): Error {
  const name = flag.replace(/^-+/, "").replace(/=.*/s, "");
  const names = flagsOf(command).map((known) => known.name);
  const found = flag.startsWith("--") ? closest(name, names) : undefined;
  return misuse(command, `there is no flag ${flag}`, found && `--${found}`);
}
