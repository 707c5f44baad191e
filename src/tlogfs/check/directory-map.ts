import type { Place } from "../../tinyfs/entry.ts";
import { type NodeId, ROOT_ID } from "../../tinyfs/node-id.ts";
import { fieldsOf, type RawRow } from "./raw-rows.ts";

/** What is known of a directory, and sums over the rows that stand in it now. */
export interface DirectoryFacts {
  /** Where it stands, or stood last; absent as long as no row names it. */
  place?: Place;
  isCurrent: boolean;
  files: number;
  directories: number;
  bytes: number;
  /** Rows that nothing reaches without it, and the last commit that put one there. */
  rows: number;
  newest: number;
}

/**
 * Whether nothing reaches a row whose directory is gone. One that was replaced or moved is the history of
 * a node, which may live elsewhere: retention keeps its versions wherever they stand.
 */
export function isOrphanOfDirectory({ key, value }: Pick<RawRow, "key" | "value">): boolean {
  return key[0] === "dir" || fieldsOf(value)["end"] === "removed";
}

/** All directories of a pond: the one thing a check holds for as long as it runs. */
export class DirectoryMap {
  readonly #facts = new Map<string, DirectoryFacts>();

  /** What is known of one; begun where nothing is. */
  at(id: string): DirectoryFacts {
    const known = this.#facts.get(id);
    if (known) return known;
    const facts = {
      isCurrent: id === ROOT_ID,
      files: 0,
      directories: 0,
      bytes: 0,
      rows: 0,
      newest: 0,
    };
    this.#facts.set(id, facts);
    return facts;
  }

  /** Says where a directory stands or stood. A current row counts for more than one that has ended. */
  stands(id: string, place: Place, isCurrent: boolean): void {
    const facts = this.at(id);
    if (facts.isCurrent) return;
    facts.place = place;
    facts.isCurrent = isCurrent;
  }

  /** Directories that rows stand in and that no row names. */
  *unknown(): Generator<[id: NodeId, facts: DirectoryFacts], void> {
    for (const [id, facts] of this.#facts) {
      if (id !== ROOT_ID && !facts.place && facts.rows > 0) yield [id as NodeId, facts];
    }
  }

  /** Sums over everything that a listing from the root shows. */
  live(): { files: number; directories: number; liveBytes: number } {
    const sums = { files: 0, directories: 0, liveBytes: 0 };
    const verdicts = new Map<string, boolean>();
    for (const [id, { files, directories, bytes }] of this.#facts) {
      if (!this.#isLive(id, verdicts)) continue;
      sums.files += files;
      sums.directories += directories;
      sums.liveBytes += bytes;
    }
    return sums;
  }

  /** The path of a place, from the root, or `undefined` where the way there is not known. */
  pathOf(place: Place): string | undefined {
    const names: string[] = [];
    const seen = new Set<string>();
    for (let at: Place | undefined = place; at; at = this.#facts.get(at.dirId)?.place) {
      names.push(at.name);
      if (at.dirId === ROOT_ID) return `/${names.reverse().join("/")}`;
      if (seen.has(at.dirId)) return undefined;
      seen.add(at.dirId);
    }
    return undefined;
  }

  #isLive(id: string, verdicts: Map<string, boolean>): boolean {
    const way: string[] = [];
    let at = id;
    for (;;) {
      const known = at === ROOT_ID ? true : verdicts.get(at);
      const facts = this.#facts.get(at);
      const isEnd = known !== undefined || !facts?.isCurrent || !facts.place || way.includes(at);
      if (isEnd) {
        for (const one of [...way, at]) verdicts.set(one, known ?? false);
        return known ?? false;
      }
      way.push(at);
      at = facts.place?.dirId ?? ROOT_ID;
    }
  }
}
