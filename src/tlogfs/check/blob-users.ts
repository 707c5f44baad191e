import type { Place } from "../../tinyfs/entry.ts";
import type { NodeId } from "../../tinyfs/node-id.ts";
import type { PondDatabase } from "../pond-database.ts";
import { eachSlice, fieldsOf, type RawRow } from "./raw-rows.ts";
import { usesOf } from "./row-uses.ts";

/** A row that names some bytes. */
export interface User {
  readonly raw: RawRow;
  /** Absent for a row of a series. */
  readonly place?: Place;
  readonly version?: number;
}

/** The rows that name some of these hashes, a row and a hash at a time; current ones come first. */
export async function eachUser(
  database: PondDatabase,
  hashes: ReadonlySet<string>,
  visit: (sha256: string, user: User) => void,
  afterwards: (rows: number) => Promise<void> | void = () => {},
): Promise<void> {
  for (const family of ["dir", "old", "seg"]) {
    const look = (rows: readonly RawRow[]) => {
      for (const raw of rows) {
        const found = new Set(usesOf(raw).map(({ sha256 }) => sha256));
        for (const sha256 of found) if (hashes.has(sha256)) visit(sha256, userOf(raw));
      }
    };
    await eachSlice(database, [family], look, afterwards);
  }
}

function userOf(raw: RawRow): User {
  const [family, dirId, name] = raw.key;
  const { version } = fieldsOf(raw.value);
  return {
    raw,
    ...(family !== "seg" && { place: { dirId: dirId as NodeId, name: String(name) } }),
    ...(typeof version === "number" && { version }),
  };
}
