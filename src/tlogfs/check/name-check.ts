import type { Place, RowRef } from "../../tinyfs/entry.ts";
import type { NodeId } from "../../tinyfs/node-id.ts";
import { type Key, oldKey, txnKey } from "../keys.ts";
import type { EndedOplogEntry, OplogEntry } from "../oplog-entry.ts";
import type { CheckRun } from "./check-run.ts";
import { ContentCheck, type NamedUse } from "./content-check.ts";
import type { Found } from "./findings.ts";
import { NameSlices } from "./name-slices.ts";
import { fieldsOf, getRaw, type RawRow, readStand, type Stand } from "./raw-rows.ts";
import { usesOf } from "./row-uses.ts";

/** The row above one, at the same name: the one that came after it. */
interface Newer {
  readonly place: Place;
  readonly placedSeq: number;
}

/** Checks the rows of names: each by itself, against the one before it, and what it leads to. */
export class NameCheck {
  readonly #run: CheckRun;
  readonly #content: ContentCheck;
  readonly #slices = new NameSlices();
  #newer: Newer | undefined;

  constructor(run: CheckRun) {
    this.#run = run;
    this.#content = new ContentCheck(run);
  }

  /** Checks all of them. */
  async check(): Promise<void> {
    const { database } = this.#run.context;
    while (!this.#slices.isOver) {
      const { rows, passed } = await database.use(["oplog", "packs"])("readonly", async (oplog) => {
        const slice = await this.#slices.read(oplog);
        await this.#look(slice.rows, oplog);
        return slice;
      });
      passed();
      await this.#content.hash();
      await this.#run.tickRows(rows.length);
    }
  }

  async #look(rows: readonly RawRow[], oplog: IDBObjectStore): Promise<void> {
    const stand = await readStand(oplog);
    const uses: NamedUse[] = [];
    const lookUps: Promise<void>[] = [];
    let newer = this.#newer;
    for (const raw of rows) {
      const place = placeOf(raw.key);
      if (!raw.intact) {
        this.#corrupt(raw, place);
        newer = undefined; // its numbers say nothing about its neighbours
        continue;
      }
      const row = raw.value as OplogEntry;
      this.#checkTimes(raw, newer, stand);
      if (row.from) lookUps.push(this.#checkFrom(oplog, row, row.from, raw.key, stand));
      newer = { place, placedSeq: row.placedSeq };
      const { version } = row;
      for (const use of usesOf(raw)) uses.push({ ...use, key: raw.key, place, version });
    }
    await Promise.all([...lookUps, this.#content.look(oplog, uses)]);
    this.#newer = newer;
  }

  #checkTimes({ key, value }: RawRow, newer: Newer | undefined, { head }: Stand): void {
    const { dirId, name, placedSeq, version } = value as OplogEntry;
    const about = { key, place: { dirId, name }, version };
    const { endSeq, end, storage } = value as Partial<EndedOplogEntry>;
    const isNewest = newer?.place.dirId !== dirId || newer.place.name !== name;
    const until = endSeq ?? placedSeq;
    if (until > head) this.#lostCommit(until);
    else if (!isNewest && until > newer.placedSeq) {
      this.#broken(about, `it overlaps the row that commit ${newer.placedSeq} put there`);
    }
    if (endSeq === undefined) return;
    // What was brought back and moved on in one transaction leaves a row of no duration.
    const isPassed = endSeq === placedSeq && end === "moved" && !storage;
    if (endSeq <= placedSeq && !isPassed) this.#broken(about, "it ended before it began");
  }

  #lostCommit(seq: number): void {
    const message = `The row of commit ${seq} is missing`;
    this.#run.findings.add({ kind: "gap-in-log", message, key: txnKey(seq) });
  }

  async #checkFrom(
    oplog: IDBObjectStore,
    { nodeId, version, dirId, name }: OplogEntry,
    from: RowRef,
    key: Key,
    { horizon }: Stand,
  ): Promise<void> {
    const earlier = await getRaw(oplog, oldKey(from));
    const about = { key, place: { dirId, name }, version };
    if (!earlier) {
      if (from.placedSeq <= horizon) return; // dropped, as history is
      this.#run.findings.add({
        kind: "missing-row",
        message: `The row that commit ${from.placedSeq} put at "${from.name}" is gone`,
        key: oldKey(from),
        place: from,
      });
    } else if (earlier.intact && fieldsOf(earlier.value)["nodeId"] !== nodeId) {
      this.#broken(about, "it continues another file");
    }
  }

  #broken(about: Pick<Found, "key" | "place" | "version">, what: string): void {
    const message = `History of "${about.place?.name}" is broken: ${what}`;
    this.#run.findings.add({ kind: "broken-history", message, ...about });
  }

  #corrupt({ key, value }: RawRow, place: Place): void {
    const { version, sha256 } = fieldsOf(value);
    this.#run.findings.add({
      kind: "corrupt-row",
      message: `The row of "${place.name}" is not what was written`,
      key,
      place,
      ...(typeof version === "number" && { version }),
      ...(typeof sha256 === "string" && sha256 !== "" && { sha256 }),
    });
  }
}

function placeOf([, dirId, name]: Key): Place {
  return { dirId: dirId as NodeId, name: String(name) };
}
