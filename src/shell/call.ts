import type { ArrowWD, Pond, Snapshot, SnapshotAt } from "../index.ts";
import type { CommandDescription } from "./command-description.ts";
import { absolutePattern, findPaths } from "./find-paths.ts";
import { type Flags, parseTime } from "./flags.ts";
import { HostAccess } from "./host-access.ts";
import { misuse } from "./misuse.ts";
import { resolvePath } from "./paths.ts";
import type { Word } from "./read-words.ts";
import { ShellError } from "./shell-error.ts";
import type { ShellProgress, ShellRunOptions } from "./shell-options.ts";

/** What a command reaches of the shell that runs it. */
export interface Session {
  readonly pond: Pond;
  cwd: string;
  /** All commands, for `help`. */
  readonly commands: readonly CommandDescription[];
}

/** One run of a command: its words and flags, and how it reaches the pond. */
export class Call {
  readonly session: Session;
  readonly command: CommandDescription;
  readonly words: readonly Word[];
  readonly flags: Flags;
  readonly files: HostAccess;
  readonly #options: ShellRunOptions;
  #snapshot: Promise<Snapshot<ArrowWD>> | undefined;

  constructor(
    session: Session,
    command: CommandDescription,
    { words, flags }: { readonly words: readonly Word[]; readonly flags: Flags },
    options: ShellRunOptions,
  ) {
    this.session = session;
    this.command = command;
    this.words = words;
    this.flags = flags;
    this.files = new HostAccess(options.files);
    this.#options = options;
  }

  get pond(): Pond {
    return this.session.pond;
  }

  get signal(): AbortSignal | undefined {
    return this.#options.signal;
  }

  /** The root to read from: the pond's, or as of `--at`. */
  async root(): Promise<ArrowWD> {
    const at = this.flags.text("at");
    if (at === undefined) return this.pond.root;
    this.#snapshot ??= this.pond.snapshot(commitAt(at));
    return (await this.#snapshot).root;
  }

  /** Runs all writes of a command in one transaction, so that it does all or nothing. */
  write<Result>(work: (root: ArrowWD) => Promise<Result>): Promise<Result> {
    const label = `console: ${this.command.name}`;
    const { signal } = this;
    return this.pond.transaction(({ root }) => work(root), { label, ...(signal && { signal }) });
  }

  /** A word as a path from the root, its wildcards taken as they stand. */
  path(index: number): string {
    return resolvePath(this.session.cwd, this.word(index));
  }

  /** A word as a pattern from the root. */
  pattern(index: number): string {
    return absolutePattern(this.session.cwd, this.words[index]?.pattern ?? this.word(index));
  }

  /** A word that the description asks for. */
  word(index: number): string {
    const word = this.words[index];
    if (word) return word.text;
    throw misuse(this.command, `${this.command.arguments[index]?.name} is missing`);
  }

  /** The paths that words stand for, patterns expanded. @throws NO_MATCH a pattern finds nothing */
  async paths(words: readonly Word[], root?: ArrowWD): Promise<string[]> {
    const found: string[] = [];
    for (const word of words) {
      found.push(...(await findPaths(root ?? (await this.root()), this.session.cwd, word)));
      this.signal?.throwIfAborted();
    }
    return [...new Set(found)];
  }

  /** The one path that a word stands for. @throws USAGE a pattern finds several */
  async onePath(index: number): Promise<string> {
    const word = this.words[index];
    const [path, other] = word ? await this.paths([word]) : [];
    if (path === undefined) return this.path(index);
    if (other === undefined) return path;
    throw misuse(this.command, `"${word?.text}" finds more than one: "${path}", "${other}" …`);
  }

  /** Tells how far the command is. */
  progress(progress: Omit<ShellProgress, "command">): void {
    this.#options.onProgress?.({ command: this.command.name, ...progress });
  }

  /** Frees what it has opened. */
  async close(): Promise<void> {
    const snapshot = await this.#snapshot?.catch(() => undefined); // whoever asked for it was told
    await snapshot?.close();
  }
}

/** A commit as it is written: `12`, `2026-11-22 12:30`, `my tag`, `tag:12`. */
export function commitAt(text: string): SnapshotAt {
  if (text.startsWith("tag:")) return { tag: text.slice("tag:".length) };
  if (/^\d+$/.test(text)) {
    const seq = Number(text);
    if (Number.isSafeInteger(seq)) return { seq };
    throw new ShellError("USAGE", `Cannot read as of ${text}: there is no such commit`);
  }
  const time = parseTime(text, "local");
  return time ? { time } : { tag: text };
}
