import { newTransactionId } from "../../tinyfs/new-ids.ts";
import { type Key, META_COPY_KEY, META_KEY, seqOfTxnKey, txnKey } from "../keys.ts";
import { type PondMeta, putMeta } from "../meta.ts";
import { hasRow, seal } from "../oplog-rows.ts";
import { NO_COMMIT, type TxnRow } from "../txn-row.ts";
import { changesOf, mendByChecksum } from "./evidence.ts";
import { putNote } from "./quarantine.ts";
import { fieldsOf, getRaw } from "./raw-rows.ts";
import {
  keyOf,
  left,
  type Outcome,
  quarantined,
  type RepairRun,
  restored,
  WHOLE_AGAIN,
} from "./repair-run.ts";
import type { Finding } from "./report.ts";
import { type Counted, countAll } from "./sum-check.ts";
import { epochIn } from "./survey.ts";

/** How often a head is summed up again because other tabs wrote meanwhile. */
const ATTEMPTS = 3;

/** Puts the pond's own row again, from its copy or the other way round. */
export function mendMeta(run: RepairRun): Promise<Outcome> {
  return run.use("readwrite", async (oplog) => {
    const rows = await Promise.all([getRaw(oplog, META_KEY), getRaw(oplog, META_COPY_KEY)]);
    if (rows.every((raw) => raw?.intact)) return WHOLE_AGAIN;
    const whole = rows.find((raw) => raw?.intact);
    if (!whole) return left("There is no whole copy of it");
    const { sum: _, ...meta } = whole.value as PondMeta;
    putMeta(oplog, meta);
    return restored("Put again from its copy");
  });
}

/** Notes damaged changes: they stay where they are, and reading them is a typed error. */
export function noteRow(run: RepairRun, finding: Finding): Promise<Outcome> {
  return run.use("readwrite", async (oplog) => {
    const raw = await getRaw(oplog, keyOf(finding));
    putNote(oplog, finding, raw?.value);
    return quarantined("Nothing else in the log tells what it was: it is left as it is, and noted");
  });
}

/** Mends the row of a commit, or makes it anew from what the commit has changed. */
export async function mendCommit(run: RepairRun, finding: Finding): Promise<Outcome> {
  const key = keyOf(finding);
  const seq = seqOfTxnKey(key);
  const outcome = await run.use("readwrite", async (oplog) => {
    const raw = await getRaw(oplog, key);
    if (raw?.intact) return WHOLE_AGAIN;
    const changes = await changesOf(oplog, seq);
    const time = await timeOfRows(oplog, changes, seq);
    const mended = mendByChecksum(key, raw?.value, [
      { seq },
      { changeCount: changes.length },
      { kind: "user" },
      { kind: "maintenance" },
      { label: undefined },
      ...(time === undefined ? [] : [{ time }]),
    ]);
    if (mended) {
      oplog.put(mended, key);
      return restored("Mended from what other rows say of it: its checksum is right again");
    }
    if (changes.length > 0) return undefined;
    putNote(oplog, finding, raw?.value);
    return quarantined("Nothing else in the log tells what it was: it is noted");
  });
  return outcome ?? rebuild(run, key, seq);
}

/** Only the newest commit's sums are ever read, and those are counted. */
async function rebuild(run: RepairRun, key: Key, seq: number): Promise<Outcome> {
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    const counted = await countAll(run, 1);
    const outcome = await run.use("readwrite", async (oplog) => {
      if ((await epochIn(oplog)) !== counted.epoch) return undefined;
      await putCommit(oplog, key, seq, counted);
      return restored("Made anew from what it has changed; its label is lost if it had one");
    });
    if (outcome) return outcome;
  }
  return left("Other tabs write all the while: its sums cannot be counted");
}

async function putCommit(
  oplog: IDBObjectStore,
  key: Key,
  seq: number,
  { survey: { totals, stored } }: Counted,
): Promise<void> {
  const raw = fieldsOf((await getRaw(oplog, key))?.value);
  const changes = await changesOf(oplog, seq);
  const earlier = seq > 1 ? await getRaw(oplog, txnKey(seq - 1)) : undefined;
  const previous = earlier?.intact ? (earlier.value as TxnRow).time : NO_COMMIT.time;
  const { id } = raw;
  const row: Omit<TxnRow, "sum"> = {
    seq,
    id: typeof id === "string" ? id : newTransactionId(),
    time: (await timeOfRows(oplog, changes, seq)) ?? previous + 1,
    kind: "user",
    changeCount: changes.length,
    totals,
    stored,
  };
  oplog.put(seal(key, row), key);
}

/** The rows that a commit made carry its time. */
async function timeOfRows(
  oplog: IDBObjectStore,
  changes: Awaited<ReturnType<typeof changesOf>>,
  seq: number,
): Promise<number | undefined> {
  for (const { dirId, name, after } of changes) {
    const keys: Key[] = [
      ["dir", dirId, name],
      ["old", dirId, name, 0 - seq],
      ["seg", after ?? "", 0 - seq, 0],
    ];
    for (const key of keys) {
      if (!(await hasRow(oplog, key))) continue;
      const raw = await getRaw(oplog, key);
      const row = fieldsOf(raw?.value);
      if (raw?.intact && row["txnSeq"] === seq) return Number(row["timestamp"]);
    }
  }
  return undefined;
}
