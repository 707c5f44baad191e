import type { Change, Pond } from "tinypond";
import { isWithin, nameOf, parentOf } from "../frame/paths.ts";
import { Folder, type Row } from "./folder.ts";
import { BY_NAME, type Order, sortRows } from "./order.ts";

type Root = Pond["root"];

/** More changes than these, and a folder is read anew. */
const MOST_PATCHES = 100;

/** A folder and those below it that are unfolded, as one list of rows. */
export class TreeRows {
  readonly root: Root;
  readonly path: string;
  readonly #onChange: () => void;
  readonly #onError: (error: unknown) => void;
  readonly #folders = new Map<string, Folder>();
  readonly #left = new AbortController();
  #order: Order = BY_NAME;
  #rows: readonly Row[] = [];

  /** @param onChange is told when there are other rows to show */
  constructor(
    root: Root,
    path: string,
    onChange: () => void,
    onError: (error: unknown, path: string) => void,
  ) {
    this.root = root;
    this.path = path;
    this.#onChange = onChange;
    this.#onError = (error) => onError(error, path);
  }

  get rows(): readonly Row[] {
    return this.#rows;
  }

  get order(): Order {
    return this.#order;
  }

  /** Whether everything that is unfolded has been read. */
  get isComplete(): boolean {
    return [...this.#folders.values()].every(({ isComplete }) => isComplete);
  }

  isOpen(path: string): boolean {
    return this.#folders.has(path);
  }

  /** Reads the folder, and later again what is unfolded. */
  async load(): Promise<void> {
    if (this.#folders.size === 0) this.#folders.set(this.path, new Folder(this.path, 0));
    await Promise.all([...this.#folders.values()].map((folder) => this.#read(folder)));
  }

  async unfold(row: Row): Promise<void> {
    if (this.#folders.has(row.path)) return;
    const folder = new Folder(row.path, row.depth + 1);
    this.#folders.set(row.path, folder);
    await this.#read(folder);
  }

  /** Folds a folder, and those below it. */
  fold(path: string): void {
    for (const open of this.#folders.keys()) {
      if (open !== this.path && isWithin(open, path)) this.#folders.delete(open);
    }
    this.#flatten();
  }

  sortBy(order: Order): void {
    this.#order = order;
    this.#flatten();
  }

  /** Follows a commit: reads again what it wrote, as far as that is shown. */
  async follow(changes: AsyncIterable<Change>): Promise<void> {
    const touched = new Map<Folder, Set<string>>();
    let count = 0;
    for await (const { path, kind } of changes) {
      const folder = this.#folders.get(parentOf(path));
      if (kind === "remove") this.#folders.delete(path);
      if (!folder) continue;
      count += 1;
      touched.set(folder, (touched.get(folder) ?? new Set()).add(nameOf(path)));
    }
    if (count === 0) return;
    const isLong = count > MOST_PATCHES;
    for (const [folder, names] of touched) {
      if (isLong) await this.#read(folder);
      else await this.#patch(folder, names);
    }
  }

  /** Whoever leaves the folder wants no more of it. */
  leave(): void {
    this.#left.abort();
  }

  async #read(folder: Folder): Promise<void> {
    try {
      await folder.load(this.root, () => this.#flatten(), this.#left.signal);
    } catch (error) {
      if (this.#left.signal.aborted) return;
      if (folder.path !== this.path) this.fold(folder.path);
      this.#onError(error);
    }
  }

  async #patch(folder: Folder, names: Iterable<string>): Promise<void> {
    try {
      await folder.patch(this.root, names);
      this.#flatten();
    } catch (error) {
      if (!this.#left.signal.aborted) this.#onError(error);
    }
  }

  #flatten(): void {
    if (this.#left.signal.aborted) return;
    const top = this.#folders.get(this.path);
    if (!top) return;
    const sorted = this.#sorted(top);
    this.#rows = this.#folders.size === 1 ? sorted : [...this.#walk(sorted)];
    this.#onChange();
  }

  *#walk(rows: readonly Row[]): Generator<Row, void> {
    for (const row of rows) {
      yield row;
      const folder = row.isFolder ? this.#folders.get(row.path) : undefined;
      if (folder) yield* this.#walk(this.#sorted(folder));
    }
  }

  /** Sorting what is still coming would move rows under the pointer. */
  #sorted(folder: Folder): readonly Row[] {
    return folder.isComplete ? sortRows(folder.rows, this.#order) : folder.rows;
  }
}
