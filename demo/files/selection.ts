import type { Row } from "./folder.ts";

/** Which rows are selected, by path: rows come and go, and are sorted. */
export class Selection {
  #paths: ReadonlySet<string> = new Set();
  #anchor: string | undefined;

  get size(): number {
    return this.#paths.size;
  }

  has(path: string): boolean {
    return this.#paths.has(path);
  }

  /** The selected rows, in the order in which they are shown. */
  in(rows: readonly Row[]): readonly Row[] {
    return this.#paths.size === 0 ? [] : rows.filter(({ path }) => this.#paths.has(path));
  }

  only(path: string): void {
    this.#paths = new Set([path]);
    this.#anchor = path;
  }

  toggle(path: string): void {
    const paths = new Set(this.#paths);
    if (!paths.delete(path)) paths.add(path);
    this.#paths = paths;
    this.#anchor = path;
  }

  /** Everything between where the selection began and a row. */
  extendTo(path: string, rows: readonly Row[]): void {
    const anchor = this.#anchor ?? path;
    const [from, to] = [anchor, path].map((end) => rows.findIndex((row) => row.path === end));
    if (from === undefined || to === undefined || from < 0 || to < 0) {
      this.only(path);
      return;
    }
    const part = rows.slice(Math.min(from, to), Math.max(from, to) + 1);
    this.#paths = new Set(part.map((row) => row.path));
    this.#anchor = anchor;
  }

  all(rows: readonly Row[]): void {
    this.#paths = new Set(rows.map(({ path }) => path));
  }

  clear(): void {
    this.#paths = new Set();
    this.#anchor = undefined;
  }
}
