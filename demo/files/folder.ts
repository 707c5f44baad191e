import type { EntryType, ListEntry, Pond } from "tinypond";
import { joinPath } from "../frame/paths.ts";

type Root = Pond["root"];

/** The first screen comes with the first of these; the rest follows while it is looked at. */
const FIRST_PAGE = 120;
/** How long rows are gathered before they are shown, in milliseconds. */
const GATHER_MS = 60;
/** Work in one go before the page gets its turn, in milliseconds. */
const SLICE_MS = 12;

/** One row of the files: an entry somewhere in the tree. */
export class Row {
  readonly path: string;
  /** The name; of a search's match its path from where was searched. */
  readonly name: string;
  readonly depth: number;
  readonly entryType: EntryType;
  /** What the listing says; a search finds names only. */
  readonly line: ListEntry | undefined;

  constructor(
    path: string,
    name: string,
    depth: number,
    found: { readonly entryType: EntryType; readonly line?: ListEntry },
  ) {
    this.path = path;
    this.name = name;
    this.depth = depth;
    this.entryType = found.entryType;
    this.line = found.line;
  }

  get isFolder(): boolean {
    return this.entryType === "Directory";
  }
}

/** The rows of one directory, in the pond's order, as they come. */
export class Folder {
  readonly path: string;
  readonly depth: number;
  #rows: Row[] = [];
  #isComplete = false;
  /** Reading all and reading again what changed would undo each other if they ran at once. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(path: string, depth: number) {
    this.path = path;
    this.depth = depth;
  }

  get rows(): readonly Row[] {
    return this.#rows;
  }

  /** Whether all rows are there. */
  get isComplete(): boolean {
    return this.#isComplete;
  }

  /**
   * Reads all entries, in place of what was there before, and tells whenever there are more to show: at
   * once with the first page, later in larger steps, so that reading and scrolling take turns.
   */
  load(root: Root, onRows: () => void, signal: AbortSignal): Promise<void> {
    return this.#inTurn(() => this.#load(root, onRows, signal));
  }

  /** Reads again what stands at some names, where one entry more or less need not list all of them. */
  patch(root: Root, names: Iterable<string>): Promise<void> {
    return this.#inTurn(() => this.#patch(root, names));
  }

  async #load(root: Root, onRows: () => void, signal: AbortSignal): Promise<void> {
    const isFirst = this.#rows.length === 0;
    const rows: Row[] = [];
    let shownAt = performance.now();
    let pausedAt = shownAt;
    const show = () => {
      this.#rows = rows;
      onRows();
      shownAt = performance.now();
    };
    for await (const line of root.list(this.path)) {
      if (signal.aborted) return;
      rows.push(this.#row(line));
      if (rows.length === FIRST_PAGE && isFirst) show();
      if (rows.length % 64 !== 0) continue;
      const now = performance.now();
      if (isFirst && rows.length > FIRST_PAGE && now - shownAt > GATHER_MS) show();
      if (now - pausedAt > SLICE_MS) {
        await pause();
        pausedAt = performance.now();
      }
    }
    if (signal.aborted) return;
    this.#isComplete = true;
    show();
  }

  async #patch(root: Root, names: Iterable<string>): Promise<void> {
    for (const name of new Set(names)) {
      const end = this.#indexOf(name);
      const after = this.#rows[end - 1]?.name;
      const found: Row[] = [];
      // Others may have come in between meanwhile: what stands up to the name is taken as it is now.
      for await (const line of root.list(this.path, after === undefined ? {} : { after })) {
        if (compareNames(line.name, name) <= 0) found.push(this.#row(line));
        if (compareNames(line.name, name) >= 0) break;
      }
      const wasThere = this.#rows[end]?.name === name ? 1 : 0;
      this.#rows = this.#rows.toSpliced(end, wasThere, ...found);
    }
  }

  #inTurn(work: () => Promise<void>): Promise<void> {
    const done = this.#turn.then(work);
    this.#turn = done.catch(() => {}); // whoever asked for it is told
    return done;
  }

  /** Where a name stands, or would stand. */
  #indexOf(name: string): number {
    let low = 0;
    let high = this.#rows.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (compareNames(this.#rows[middle]?.name ?? "", name) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #row(line: ListEntry): Row {
    const path = joinPath(this.path, line.name);
    return new Row(path, line.name, this.depth, { entryType: line.entryType, line });
  }
}

/** Code units, as a pond sorts. */
function compareNames(left: string, right: string): number {
  return left < right ? -1 : Number(left > right);
}

/** Lets the page paint and answer before the work goes on. */
function pause(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
}
