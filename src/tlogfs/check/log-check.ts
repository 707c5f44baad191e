import { promisifyRequest } from "idb-keyval";
import type { Change } from "../../tinyfs/change.ts";
import {
  changesKey,
  dirKey,
  type Key,
  keysBelow,
  META_COPY_KEY,
  META_KEY,
  oldKey,
  seqOfTxnKey,
  txnKey,
} from "../keys.ts";
import { hasRow } from "../oplog-rows.ts";
import type { ChangesRow, TxnRow } from "../txn-row.ts";
import type { CheckRun } from "./check-run.ts";
import { eachSlice, fieldsOf, getRaw, type RawRow, readStand } from "./raw-rows.ts";

/** How many rows of up to 1,000 changes one slice reads. */
const CHANGE_ROWS = 4;

/** Checks the pond's own row, commits, and what they say was changed against what is there. */
export class LogCheck {
  readonly #run: CheckRun;
  /** The commit above. */
  #newer: { readonly seq: number; readonly time: number } | undefined;
  /** Changes of the present commit that have gone by. */
  #count: { seq: number; n: number; changes: number } | undefined;

  constructor(run: CheckRun) {
    this.#run = run;
  }

  /** Checks all of it. */
  async check(): Promise<void> {
    const { database } = this.#run.context;
    await this.#checkMeta();
    const { tickRows } = this.#run;
    await eachSlice(database, ["txn"], (rows, oplog) => this.#commits(rows, oplog), tickRows);
    await database.use("oplog")("readonly", (oplog) => this.#end(oplog));
    await eachSlice(
      database,
      ["chg"],
      (rows, oplog) => this.#changes(rows, oplog),
      tickRows,
      CHANGE_ROWS,
    );
    await database.use("oplog")("readonly", (oplog) => this.#endCount(oplog));
  }

  async #checkMeta(): Promise<void> {
    const rows = await this.#run.context.database.use("oplog")("readonly", async (oplog) => {
      const tags = Object.entries(
        fieldsOf(fieldsOf((await getRaw(oplog, META_KEY))?.value)["tags"]),
      );
      const commits = await Promise.all(tags.map(([, seq]) => hasRow(oplog, txnKey(Number(seq)))));
      const lost = tags.filter(([, seq], index) => !commits[index] && Number(seq) > 0);
      return {
        meta: await Promise.all([META_KEY, META_COPY_KEY].map((key) => getRaw(oplog, key))),
        lost,
      };
    });
    for (const raw of rows.meta) {
      if (raw && !raw.intact) this.#corrupt(raw, "The pond's own row");
    }
    if (!rows.meta[0]) this.#missing(META_KEY, "The pond's own row is gone");
    for (const [tag, seq] of rows.lost) {
      const message = `Tag "${tag}" names commit ${String(seq)}, which is not there`;
      this.#run.findings.add({ kind: "gap-in-log", message, key: txnKey(Number(seq)) });
    }
  }

  async #commits(rows: readonly RawRow[], oplog: IDBObjectStore): Promise<void> {
    const { horizon } = await readStand(oplog);
    const lookUps: Promise<void>[] = [];
    let newer = this.#newer;
    for (const raw of rows) {
      const seq = seqOfTxnKey(raw.key);
      if (newer) this.#gaps(seq, newer.seq, horizon);
      if (!raw.intact) this.#corrupt(raw, `The row of commit ${seq}`);
      const { time = 0, changeCount = 0 } = raw.intact ? (raw.value as TxnRow) : {};
      if (raw.intact && newer && newer.time !== 0 && time >= newer.time) {
        const message = `Commit ${seq} has a later time than commit ${newer.seq}`;
        this.#run.findings.add({ kind: "broken-history", message, key: raw.key });
      }
      if (changeCount > 0 && seq > horizon) lookUps.push(this.#checkHasChanges(oplog, seq));
      newer = { seq, time };
    }
    await Promise.all(lookUps);
    this.#newer = newer;
  }

  /** Below the oldest commit, and, where the newest row is lost, above the one that seems to be. */
  async #end(oplog: IDBObjectStore): Promise<void> {
    const { horizon } = await readStand(oplog);
    if (this.#newer) this.#gaps(0, this.#newer.seq, horizon);
  }

  #gaps(below: number, above: number, horizon: number): void {
    for (let seq = above - 1; seq > Math.max(below, horizon); seq -= 1) this.#gap(seq);
  }

  #gap(seq: number): void {
    const message = `The row of commit ${seq} is missing`;
    this.#run.findings.add({ kind: "gap-in-log", message, key: txnKey(seq) });
  }

  async #checkHasChanges(oplog: IDBObjectStore, seq: number): Promise<void> {
    if (await hasRow(oplog, keysBelow("chg", seq))) return;
    this.#missing(changesKey(seq, 0), `What commit ${seq} has changed is missing`);
  }

  async #changes(rows: readonly RawRow[], oplog: IDBObjectStore): Promise<void> {
    const stand = await readStand(oplog);
    let count = this.#count;
    for (const raw of rows) {
      const [, seq, n] = raw.key as [string, number, number];
      if (count?.seq !== seq) {
        await this.#endCount(oplog, count);
        if (seq > stand.head) this.#gap(seq);
        count = { seq, n: -1, changes: 0 };
      }
      for (let lost = count.n + 1; lost < n && seq > stand.horizon; lost += 1) {
        this.#missing(changesKey(seq, lost), `Part of what commit ${seq} has changed is missing`);
      }
      const isSound = raw.intact && n === count.n + 1 && count.changes >= 0;
      if (!raw.intact) this.#corrupt(raw, `What commit ${seq} has changed`);
      const { changes } = raw.intact ? (raw.value as ChangesRow) : { changes: [] };
      count = { seq, n, changes: isSound ? count.changes + changes.length : -1 };
      if (seq > stand.horizon) await this.#lookForRows(oplog, seq, changes);
    }
    this.#count = count;
  }

  async #endCount(oplog: IDBObjectStore, count = this.#count): Promise<void> {
    if (!count || count.changes < 0) return; // what is wrong with it is known
    const txn = await getRaw(oplog, txnKey(count.seq));
    if (!txn?.intact || (txn.value as TxnRow).changeCount === count.changes) return;
    const { horizon } = await readStand(oplog);
    if (count.seq <= horizon) return;
    const lost = changesKey(count.seq, count.n + 1);
    this.#missing(lost, `Part of what commit ${count.seq} has changed is missing`);
  }

  /** Every row that a commit has put is there, current or ended. */
  async #lookForRows(
    oplog: IDBObjectStore,
    seq: number,
    changes: readonly Change[],
  ): Promise<void> {
    const added = new Map<string, { count: number; change: Change }>();
    const lookUps: Promise<void>[] = [];
    for (const change of changes) {
      if (change.after === undefined) continue;
      if (change.kind === "put") {
        lookUps.push(this.#lookForName(oplog, seq, change));
        continue;
      }
      const count = (added.get(change.after)?.count ?? 0) + 1;
      added.set(change.after, { count, change });
    }
    for (const [nodeId, { count, change }] of added) {
      lookUps.push(this.#lookForSegments(oplog, ["seg", nodeId, 0 - seq], count, change));
    }
    await Promise.all(lookUps);
  }

  async #lookForName(oplog: IDBObjectStore, seq: number, change: Change): Promise<void> {
    const { dirId, name, version, path } = change;
    const current = await getRaw(oplog, dirKey(change));
    if (current && (!current.intact || fieldsOf(current.value)["placedSeq"] === seq)) return;
    const ended = oldKey({ dirId, name, placedSeq: seq });
    if (await hasRow(oplog, ended)) return;
    this.#run.findings.add({
      kind: "missing-row",
      message: `The row that commit ${seq} put at "${path}" is gone`,
      key: ended,
      place: { dirId, name },
      ...(version !== undefined && { version }),
    });
  }

  async #lookForSegments(
    oplog: IDBObjectStore,
    prefix: Key,
    count: number,
    { dirId, name, path, version }: Change,
  ): Promise<void> {
    const found = await promisifyRequest(oplog.count(keysBelow(...prefix)));
    if (found >= count) return;
    this.#run.findings.add({
      kind: "missing-row",
      message: `A segment of "${path}" is gone`,
      key: prefix,
      place: { dirId, name },
      ...(version !== undefined && { version }),
    });
  }

  #corrupt({ key }: RawRow, what: string): void {
    this.#run.findings.add({
      kind: "corrupt-row",
      message: `${what} is not what was written`,
      key,
    });
  }

  #missing(key: Key, message: string): void {
    this.#run.findings.add({ kind: "missing-row", message, key });
  }
}
