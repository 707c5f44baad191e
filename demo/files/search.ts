import type { Pond } from "tinypond";
import { joinPath } from "../frame/paths.ts";
import { Row } from "./folder.ts";

/** How often what was found is shown, in milliseconds. */
const SHOW_MS = 100;

/** The pattern that words mean: a part of a name at any depth, unless they are a pattern themselves. */
function patternOf(folder: string, words: string): string {
  if (words.startsWith("/")) return words;
  const isPattern = /[*?[\]{}]/.test(words);
  const pattern = isPattern ? words : `*${words}*`;
  return joinPath(folder, pattern.includes("/") ? pattern : `**/${pattern}`);
}

/** The search that is under way, and what it has found. */
export class FileSearch {
  readonly #onChange: () => void;
  #words = "";
  #rows: readonly Row[] | undefined;
  #isOver = true;
  #running = new AbortController();

  constructor(onChange: () => void) {
    this.#onChange = onChange;
  }

  get words(): string {
    return this.#words;
  }

  /** What was found so far; undefined while nothing is searched for. */
  get rows(): readonly Row[] | undefined {
    return this.#rows;
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  /** Searches in place of what was searched before. @throws what the pond throws */
  async start(root: Pond["root"], folder: string, words: string): Promise<void> {
    this.stop();
    this.#words = words;
    if (words.trim() === "") return this.#onChange();
    const running = new AbortController();
    this.#running = running;
    this.#isOver = false;
    const show = (rows: readonly Row[]) => {
      this.#rows = rows;
      this.#onChange();
    };
    show([]);
    try {
      await search(root, folder, words.trim(), show, running.signal);
    } finally {
      if (!running.signal.aborted) this.#isOver = true;
    }
    this.#onChange();
  }

  stop(): void {
    this.#running.abort();
    this.#words = "";
    this.#rows = undefined;
    this.#isOver = true;
  }
}

/** Finds entries below a folder and tells of them as they are found. */
async function search(
  root: Pond["root"],
  folder: string,
  words: string,
  onRows: (rows: readonly Row[]) => void,
  signal: AbortSignal,
): Promise<void> {
  const rows: Row[] = [];
  const prefix = folder === "/" ? "/" : `${folder}/`;
  let shownAt = performance.now();
  for await (const { path, entryType } of root.glob(patternOf(folder, words))) {
    if (signal.aborted) return;
    const name = path.startsWith(prefix) ? path.slice(prefix.length) : path;
    rows.push(new Row(path, name, 0, { entryType }));
    if (performance.now() - shownAt < SHOW_MS) continue;
    onRows([...rows]);
    await new Promise((resolve) => setTimeout(resolve));
    shownAt = performance.now();
  }
  if (!signal.aborted) onRows(rows);
}
