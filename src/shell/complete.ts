import type { Session } from "./call.ts";
import type { Command } from "./command.ts";
import type { ArgumentDescription, FlagDescription } from "./command-description.ts";
import { findCommand } from "./commands.ts";
import { joinPath, resolvePath } from "./paths.ts";
import { quote, type Token, tokenize } from "./tokenize.ts";
import { flagsOf } from "./usage-text.ts";

/** Names of a directory that begin alike are looked at up to here. */
const MOST_NAMES = 200;

/** What a word may become. */
export interface Candidate {
  /** What takes the place of the word, quoted as it has to be. */
  readonly text: string;
  /** What is shown. */
  readonly label: string;
  /** What it is, in words, where that is known. */
  readonly summary?: string;
  /** Whether the word is whole then, so that a space may follow; a directory goes on. */
  readonly isWhole: boolean;
}

/** What stands at the cursor, and what it may become. */
export interface Completion {
  /** Where the word begins in the line. */
  readonly from: number;
  /** Where it ends: at the cursor. */
  readonly to: number;
  /** In the order of their names. */
  readonly candidates: readonly Candidate[];
}

/** Completes the last word of a line that ends at the cursor. */
export async function completeLine(session: Session, line: string): Promise<Completion> {
  const tokens = tokenize(line);
  const last = tokens.at(-1);
  const isInWord = last !== undefined && (last.end === line.length || last.open !== undefined);
  const word: Token =
    isInWord && last.end === line.length
      ? last
      : { text: "", start: line.length, end: line.length };
  const before = word === last ? tokens.slice(0, -1) : tokens;
  const range = { from: word.start, to: line.length };
  const [name, ...given] = before;
  if (!name) return { ...range, candidates: commandsFor(session, word.text) };
  const command = findCommand(name.text);
  if (!command) return { ...range, candidates: [] };
  return { ...range, candidates: await wordsFor(session, command, given, word.text) };
}

async function wordsFor(
  session: Session,
  command: Command,
  given: readonly Token[],
  text: string,
): Promise<Candidate[]> {
  const isPastFlags = given.some((token) => token.text === "--");
  const [, flagText, valueText] = /^(--[^=]+)=(.*)$/s.exec(text) ?? [];
  if (!isPastFlags && flagText !== undefined && valueText !== undefined) {
    const flag = flagOf(command, flagText);
    const values = flag ? await valuesFor(session, flag, valueText) : [];
    return values.map((value) => ({ ...value, text: `${flagText}=${value.text}` }));
  }
  const flag = isPastFlags ? undefined : flagOf(command, given.at(-1)?.text ?? "");
  if (flag?.value !== undefined) return valuesFor(session, flag, text);
  if (!isPastFlags && text.startsWith("-")) return flagsFor(command, text);
  const argument = argumentAt(command, countWords(command, given));
  return argument ? argumentFor(session, argument, text) : [];
}

/** How many words there are beside flags and their values. */
function countWords(command: Command, given: readonly Token[]): number {
  const end = given.findIndex(({ text }) => text === "--");
  const before = end < 0 ? given : given.slice(0, end);
  const words = before.filter(({ text }, index) => {
    const isValue = flagOf(command, before[index - 1]?.text ?? "")?.value !== undefined;
    return !isValue && !text.startsWith("-");
  });
  return words.length + (end < 0 ? 0 : given.length - end - 1);
}

/** What the next word stands for: a word that repeats goes on, and the one after it may come any time. */
function argumentAt({ arguments: words }: Command, index: number): ArgumentDescription | undefined {
  return (
    words[index] ??
    words.findLast(
      ({ many }, at) => many || (at === words.length - 1 && words.some((one) => one.many)),
    )
  );
}

function commandsFor({ commands }: Session, text: string): Candidate[] {
  return commands
    .filter(({ name }) => name.startsWith(text))
    .map(({ name, summary }) => ({ text: name, label: name, summary, isWhole: true }))
    .sort(byLabel);
}

function flagsFor(command: Command, text: string): Candidate[] {
  return flagsOf(command)
    .map((flag) => ({ flag, dashed: `--${flag.name}` }))
    .filter(({ dashed, flag }) => dashed.startsWith(text) || text === `-${flag.short}`)
    .map(({ dashed, flag: { summary } }) => ({
      text: dashed,
      label: dashed,
      summary,
      isWhole: true,
    }))
    .sort(byLabel);
}

function flagOf(command: Command, text: string): FlagDescription | undefined {
  const flags = flagsOf(command);
  if (text.startsWith("--")) return flags.find(({ name }) => `--${name}` === text);
  return /^-[a-zA-Z]+$/.test(text)
    ? flags.find(({ short }) => short === text.slice(-1))
    : undefined;
}

async function valuesFor(
  session: Session,
  flag: FlagDescription,
  text: string,
): Promise<Candidate[]> {
  if (flag.name === "at") return tagsFor(session, text);
  return (flag.choices ?? []).filter((choice) => choice.startsWith(text)).map(wholeWord);
}

async function argumentFor(
  session: Session,
  { kind }: ArgumentDescription,
  text: string,
): Promise<Candidate[]> {
  switch (kind) {
    case "path":
    case "pattern":
      return pathsFor(session, text);
    case "host": {
      const host = "host:".startsWith(text)
        ? [{ text: "host:", label: "host:", summary: "A file outside of the pond", isWhole: false }]
        : [];
      return [...(await pathsFor(session, text)), ...host];
    }
    case "command":
      return commandsFor(session, text);
    case "tag":
      return tagsFor(session, text);
    default:
      return [];
  }
}

async function tagsFor({ pond }: Session, text: string): Promise<Candidate[]> {
  const tags = await pond.tags();
  return tags.filter(({ name }) => name.startsWith(text)).map(({ name }) => wholeWord(name));
}

/** Names of one directory that begin as the last name of a path does. */
async function pathsFor({ pond, cwd }: Session, text: string): Promise<Candidate[]> {
  const slash = text.lastIndexOf("/") + 1;
  const [directory, prefix] = [text.slice(0, slash), text.slice(slash)];
  const path = resolvePath(cwd, directory);
  const found: Candidate[] = [];
  try {
    for await (const { name, entryType } of namesFrom(pond.root, path, prefix)) {
      const isDirectory = entryType === "Directory";
      const whole = `${directory}${name}${isDirectory ? "/" : ""}`;
      // A name that begins like a flag is one only at the beginning of a word.
      const safe = whole.startsWith("-") ? `./${whole}` : whole;
      found.push({
        text: quote(safe),
        label: isDirectory ? `${name}/` : name,
        isWhole: !isDirectory,
      });
      if (found.length >= MOST_NAMES) break;
    }
  } catch (error) {
    // Nothing to complete in what is not there; running the line will say so.
    if (isDeadEnd(error)) return [];
    throw error;
  }
  return found;
}

async function* namesFrom(
  root: Session["pond"]["root"],
  path: string,
  prefix: string,
): AsyncGenerator<{ readonly name: string; readonly entryType: string }, void> {
  if (prefix !== "" && (await root.exists(joinPath(path, prefix)))) {
    yield { name: prefix, entryType: await root.getEntryType(joinPath(path, prefix)) };
  }
  for await (const entry of root.list(path, prefix === "" ? {} : { after: prefix })) {
    if (!entry.name.startsWith(prefix)) return;
    yield entry;
  }
}

function isDeadEnd(error: unknown): boolean {
  const { code } = error as { code?: unknown };
  return (
    code === "NOT_FOUND" ||
    code === "NOT_A_DIRECTORY" ||
    code === "INVALID_PATH" ||
    code === "SYMLINK_LOOP"
  );
}

function wholeWord(text: string): Candidate {
  return { text: quote(text), label: text, isWhole: true };
}

function byLabel(one: Candidate, other: Candidate): number {
  return one.label < other.label ? -1 : 1;
}
