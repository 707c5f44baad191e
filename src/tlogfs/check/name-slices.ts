import type { NodeId } from "../../tinyfs/node-id.ts";
import { type Key, rangeAfter } from "../keys.ts";
import { type RawRow, readRaw, SLICE_ROWS } from "./raw-rows.ts";

/**
 * Goes through the current and the ended rows of all names side by side, newest first within a name.
 * A row that ends between two slices keeps its place in this order, so none is passed over or met twice.
 */
export class NameSlices {
  #dir: Key | undefined;
  #old: Key | undefined;
  #isOver = false;

  /** Whether all rows have been read. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** Reads the next slice, in order. `passed` is to be called once its transaction is over. */
  async read(oplog: IDBObjectStore): Promise<{ rows: RawRow[]; passed: () => void }> {
    const [current, ended] = await Promise.all([
      readRaw(oplog, rangeAfter(["dir"], this.#dir)),
      readRaw(oplog, rangeAfter(["old"], this.#old)),
    ]);
    const frontier = lowest(lastIfFull(current), lastIfFull(ended));
    const within = ({ key }: RawRow) => !frontier || compareNames(key, frontier) <= 0;
    const [dir, old] = [current.filter(within), ended.filter(within)];
    const rows = [...dir, ...old].sort(({ key: a }, { key: b }) => compareRows(a, b));
    const passed = () => {
      this.#isOver = !frontier;
      if (!frontier) return;
      const [, dirId, name] = frontier as [string, NodeId, string];
      this.#dir = ["dir", dirId, name];
      const last = old.at(-1)?.key;
      const isCut = old.length === SLICE_ROWS && last && compareNames(last, frontier) === 0;
      this.#old = isCut ? last : (["old", dirId, name, []] as unknown as Key);
    };
    return { rows, passed };
  }
}

function lastIfFull(rows: readonly RawRow[]): Key | undefined {
  return rows.length === SLICE_ROWS ? rows.at(-1)?.key : undefined;
}

function lowest(a: Key | undefined, b: Key | undefined): Key | undefined {
  if (!a || !b) return a ?? b;
  return compareNames(a, b) <= 0 ? a : b;
}

/** By directory and name. */
function compareNames([, dirA, nameA]: Key, [, dirB, nameB]: Key): number {
  return compare(dirA, dirB) || compare(nameA, nameB);
}

function compareRows(a: Key, b: Key): number {
  return compareNames(a, b) || compare(a[0], b[0]) || compare(a[3], b[3]);
}

function compare(a: string | number | undefined, b: string | number | undefined): number {
  if (a === b || a === undefined || b === undefined) return 0;
  return a < b ? -1 : 1;
}
