import type { SegmentRow } from "../../tinyfs/entry.ts";
import { addTotals, isLater } from "../../tinyfs/series.ts";
import { type SegmentRowRecord, toSegmentRow } from "../oplog-entry.ts";
import type { CheckRun } from "./check-run.ts";
import { ContentCheck, type NamedUse } from "./content-check.ts";
import { eachSlice, fieldsOf, type RawRow } from "./raw-rows.ts";
import { usesOf } from "./row-uses.ts";

/** Checks the rows of series: totals, ordinals, checkpoints. */
export class SeriesCheck {
  readonly #run: CheckRun;
  readonly #content: ContentCheck;
  /** The row above, which may be of another series. */
  #newer: RawRow | undefined;

  constructor(run: CheckRun) {
    this.#run = run;
    this.#content = new ContentCheck(run);
  }

  /** Checks all of them. */
  async check(): Promise<void> {
    const look = (rows: readonly RawRow[], oplog: IDBObjectStore) => this.#look(rows, oplog);
    await eachSlice(this.#run.context.database, ["seg"], look, async (count) => {
      await this.#content.hash();
      await this.#run.tickRows(count);
    });
  }

  async #look(rows: readonly RawRow[], oplog: IDBObjectStore): Promise<void> {
    const uses: NamedUse[] = [];
    let newer = this.#newer;
    for (const raw of rows) {
      const { version } = fieldsOf(raw.value);
      const named = { key: raw.key, ...(typeof version === "number" && { version }) };
      if (raw.intact) for (const use of usesOf(raw)) uses.push({ ...use, ...named });
      else this.#corrupt(raw);
      if (newer?.intact && raw.intact) this.#checkPair(newer, raw);
      if (raw.intact) this.#checkAlone(raw);
      newer = raw;
    }
    await this.#content.look(oplog, uses);
    this.#newer = newer;
  }

  #checkAlone(raw: RawRow): void {
    const { kind, coversTo, txnSeq, n, version, totals, segments } = rowOf(raw);
    if (coversTo && isLater(coversTo, { txnSeq, n })) this.#broken(raw, "it covers later rows");
    if (kind === "append" && version > 1) return;
    if (kind === "compact") return;
    if (!isSame(addTotals(undefined, segments), totals)) this.#broken(raw, "its sums are wrong");
  }

  #checkPair(newerRaw: RawRow, olderRaw: RawRow): void {
    const [newer, older] = [rowOf(newerRaw), rowOf(olderRaw)];
    if (newer.nodeId !== older.nodeId) return;
    const step = newer.kind === "compact" ? 0 : 1;
    if (newer.txnSeq === older.txnSeq && newer.n !== older.n + 1) {
      this.#broken(newerRaw, `the row before it in commit ${newer.txnSeq} is missing`);
    }
    // Rows in between may have been dropped: what is missing is found by what commits changed.
    if (newer.version !== older.version + step) {
      if (newer.version < older.version + step) this.#broken(newerRaw, "versions are out of order");
      return;
    }
    const expected =
      newer.kind === "append" ? addTotals(older.totals, newer.segments) : older.totals;
    if (newer.kind !== "replace" && !isSame(expected, newer.totals)) {
      this.#broken(newerRaw, "its sums do not follow those before it");
    }
  }

  #broken({ key, value }: RawRow, what: string): void {
    const { version } = value as SegmentRowRecord;
    const message = `A series is broken at version ${version}: ${what}`;
    this.#run.findings.add({ kind: "broken-history", message, key, version });
  }

  #corrupt({ key, value }: RawRow): void {
    const { version } = fieldsOf(value);
    this.#run.findings.add({
      kind: "corrupt-row",
      message: "A row of a series is not what was written",
      key,
      ...(typeof version === "number" && { version }),
    });
  }
}

function rowOf({ value }: RawRow): SegmentRow {
  return toSegmentRow(value as SegmentRowRecord);
}

function isSame(a: SegmentRow["totals"], b: SegmentRow["totals"]): boolean {
  const list = ({ segments, rows, bytes, timeRange }: SegmentRow["totals"]) =>
    [segments, rows, bytes, timeRange?.min, timeRange?.max].join();
  return list(a) === list(b);
}
