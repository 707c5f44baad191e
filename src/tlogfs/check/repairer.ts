import type { Key } from "../keys.ts";
import { hasRow, seal } from "../oplog-rows.ts";
import { PackSweeper } from "../pack-sweeper.ts";
import type { PondContext } from "../pond-context.ts";
import { TemporarySweeper } from "../temporary-sweeper.ts";
import { dropBlob, mendBlob } from "./blob-repair.ts";
import { mendCommit, mendMeta, noteRow } from "./log-repair.ts";
import { bringBackName, mendName } from "./name-repair.ts";
import { dropOrphanRows } from "./orphan-repair.ts";
import { mendPacks, sealTable } from "./pack-repair.ts";
import { recount } from "./recount.ts";
import {
  keyOf,
  left,
  type Outcome,
  RepairRun,
  removed,
  restored,
  WHOLE_AGAIN,
} from "./repair-run.ts";
import type { CheckReport, Finding, FindingKind, RepairReport } from "./report.ts";
import { mendSegment } from "./series-repair.ts";

const FAMILIES = new Set<unknown>(["meta", "dir", "old", "seg", "txn", "chg", "blob", "ref"]);

/** What later steps stand on comes first: the pond's row, commits, then rows, then bytes. */
const ORDER: readonly FindingKind[] = [
  "corrupt-row",
  "gap-in-log",
  "missing-row",
  "broken-history",
  "missing-pack",
  "corrupt-bytes",
  "corrupt-blob-row",
  "missing-blob-row",
  "missing-blob",
  "truncated-blob",
  "corrupt-blob",
  "missing-ref",
  "orphan-row",
  "stray-ref",
  "wrong-count",
  "wrong-totals",
  "orphan-blob",
  "orphan-pack",
  "orphan-temporary",
  "quarantined",
];

/** What is settled for the whole pond at once, when the rows are mended. */
const COUNTED = new Set<FindingKind>(["stray-ref", "wrong-count", "wrong-totals"]);

/** Faults of packs, which are mended together: each scan of the rows serves all of them. */
function isOfPack({ kind, key }: Finding): boolean {
  return kind === "missing-pack" || kind === "corrupt-bytes" || isPackTable(kind, key);
}

function isPackTable(kind: FindingKind, key: string | undefined): boolean {
  return kind === "corrupt-row" && key !== undefined && !FAMILIES.has((JSON.parse(key) as Key)[0]);
}

/** Mends what a check has found, as far as something else still tells what it was. */
export async function repairPond(
  context: PondContext,
  { findings }: CheckReport,
): Promise<RepairReport> {
  const run = new RepairRun(context);
  const inOrder = findings.toSorted((a, b) => stepOf(a) - stepOf(b));
  for (const finding of inOrder.filter(isTable)) await sealTable(run, finding);
  await mendPacks(run, inOrder.filter(isOfPack));
  for (const finding of inOrder.filter((one) => !isOfPack(one) && !COUNTED.has(one.kind))) {
    if (stepOf(finding) > ORDER.indexOf("wrong-totals")) continue;
    run.outcomes.set(finding, await mend(run, finding));
    await run.tick();
  }
  await settleCounts(run, findings);
  for (const finding of inOrder) {
    if (!run.outcomes.has(finding)) run.outcomes.set(finding, await clearAway(run, finding));
  }
  const repaired = findings.map((finding) => ({
    finding,
    ...(run.outcomes.get(finding) ?? left("Nothing was done about it")),
  }));
  return { repaired };
}

function isTable({ kind, key }: Finding): boolean {
  return isPackTable(kind, key);
}

function stepOf({ kind, key }: Finding): number {
  // Commits and changes are what rows are mended from.
  const isLog = kind === "corrupt-row" && key?.startsWith('["dir"') !== true;
  return ORDER.indexOf(kind) - (isLog ? 1 : 0);
}

async function mend(run: RepairRun, finding: Finding): Promise<Outcome> {
  const [family] = keyOf(finding);
  switch (finding.kind) {
    case "corrupt-row":
      return mendRow(run, finding, family);
    case "gap-in-log":
      return mendCommit(run, finding);
    case "missing-row":
      if (family === "old") return bringBackName(run, finding);
      return mendRow(run, finding, family);
    case "missing-ref":
      return putRef(run, keyOf(finding));
    case "orphan-row":
      return dropOrphanRows(run, finding);
    case "broken-history":
      return noteRow(run, finding);
    default:
      return mendBlob(run, finding);
  }
}

function mendRow(run: RepairRun, finding: Finding, family: unknown): Promise<Outcome> {
  switch (family) {
    case "meta":
      return mendMeta(run);
    case "txn":
      return mendCommit(run, finding);
    case "seg":
      return mendSegment(run, finding);
    case "ref":
      return putRef(run, keyOf(finding));
    case "chg":
      return noteRow(run, finding);
    default:
      return mendName(run, finding);
  }
}

/** A reference says nothing but that it is there: one too many goes when all are counted. */
function putRef(run: RepairRun, key: Key): Promise<Outcome> {
  return run.use("readwrite", (oplog) => {
    oplog.put(seal(key, {}), key);
    return restored("Put again");
  });
}

async function settleCounts(run: RepairRun, findings: readonly Finding[]): Promise<void> {
  if (findings.every(({ kind, severity }) => kind === "quarantined" && severity === "known"))
    return;
  const isDone = await recount(run);
  for (const finding of findings.filter(({ kind }) => COUNTED.has(kind))) {
    const done = finding.severity === "leftover" ? removed("Deleted") : restored("Counted anew");
    const outcome = isDone ? done : left("Other tabs write all the while: it cannot be counted");
    run.outcomes.set(finding, outcome);
  }
}

/** Leftovers, once all counts are right. */
async function clearAway(run: RepairRun, finding: Finding): Promise<Outcome> {
  const { context } = run;
  switch (finding.kind) {
    case "orphan-blob":
      return dropBlob(run, finding);
    case "orphan-pack":
      await new PackSweeper(context).sweep();
      return stillThere(run, "packs", keyOf(finding));
    case "orphan-temporary":
      return sweepTemporary(run, String(keyOf(finding)[0]));
    default:
      return finding.severity === "leftover"
        ? dropNote(run, keyOf(finding))
        : left(finding.message);
  }
}

async function stillThere(run: RepairRun, store: "packs", key: Key): Promise<Outcome> {
  const isThere = await run.context.database.use(store)("readonly", (packs) => hasRow(packs, key));
  return isThere ? WHOLE_AGAIN : removed("Deleted");
}

async function sweepTemporary({ context }: RepairRun, path: string): Promise<Outcome> {
  await new TemporarySweeper(context).sweep();
  const rest = await context.engine.listTemporaries();
  const isThere = rest.some((temporary) => temporary.path === path);
  return isThere ? left("Its owner lives, or another tab is sweeping") : removed("Deleted");
}

/** A note on something that is whole again. */
function dropNote(run: RepairRun, key: Key): Promise<Outcome> {
  return run.use("readwrite", (oplog) => {
    oplog.delete(key);
    return removed("Its note was dropped");
  });
}
