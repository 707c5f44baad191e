import { isTinyFSError } from "../../tinyfs/errors.ts";
import type { RetentionPolicy, VacuumOptions, VacuumReport } from "../../tinyfs/retention.ts";
import { horizonOf, type RetentionRules, versionsKept } from "../../tinyfs/retention-rules.ts";
import { Log } from "../log.ts";
import { type PondMeta, putMeta, readMeta } from "../meta.ts";
import { pinLockName } from "../names.ts";
import type { PondContext } from "../pond-context.ts";
import { sweepDead } from "./dead-sweep.ts";
import { rehearse } from "./dry-run.ts";
import { sweepEnded } from "./ended-sweep.ts";
import { findRewrittenSeries, sweepLog } from "./log-sweep.ts";
import { PathFilter } from "./path-filter.ts";
import { Run } from "./run.ts";
import { listSeries, sweepSeries } from "./series-sweep.ts";
import { findCutoff } from "./survey.ts";

/** What a vacuum is given besides its policy. */
export interface VacuumParts {
  readonly context: PondContext;
  /** Deletes these blobs, as far as nothing names them; returns the bytes that were freed. */
  readonly collect: (blobs: ReadonlySet<string>) => Promise<number>;
}

/** How thorough a run is: one after commits looks only at series that commits it drops rewrote. */
export interface VacuumScope extends VacuumOptions {
  readonly isAutomatic?: boolean;
}

/** What a run is about to do. */
interface Plan {
  readonly rules: RetentionRules;
  /** Commits before this one leave the log. */
  readonly logStart: number;
}

/** Drops old versions by a policy. Whoever calls holds the lock for it. */
export async function vacuum(
  parts: VacuumParts,
  policy: RetentionPolicy,
  options: VacuumScope = {},
): Promise<VacuumReport> {
  const { context } = parts;
  const { dryRun = false, paths, signal } = options;
  const { horizon, cutoff } = await findHorizon(context, policy);
  if (!dryRun) await raiseHorizon(context, horizon);
  const { rules, logStart } = await makePlan(context, { horizon, cutoff, policy });
  const filter = paths && (await PathFilter.read(context, paths));
  if (dryRun) return rehearse(context, { rules, logStart, filter, signal });
  const run = new Run({ ...options, ...parts, rules });
  await sweepDead(run); // what a run before has left
  await sweepEnded(run, filter && ((row, live) => filter.finds(row, live)));
  await sweepDead(run);
  const droppedCommits = filter ? 0 : await sweepCommits(run, logStart, options);
  const { dropped: droppedVersions, freedBytes } = run;
  return { droppedVersions, droppedCommits, freedBytes, horizon, dropped: [] };
}

/** How far the policy lets history go, now. */
export async function findHorizon(
  context: PondContext,
  policy: RetentionPolicy,
): Promise<{ horizon: number; cutoff: number; before: number }> {
  const { database, pond } = context;
  const log = new Log(database);
  const meta = await database.use("oplog")("readonly", (oplog) => readMeta(oplog, pond));
  const [{ seq }, keptSince] = await Promise.all([log.head(), findKeptSince(log, policy, meta)]);
  const horizon = Math.max(meta.horizon, horizonOf(policy, seq, keptSince));
  const { maxBytes } = policy;
  if (maxBytes === undefined) return { horizon, cutoff: 0, before: meta.horizon };
  const { rules } = await makePlan(context, { horizon, cutoff: 0, policy });
  const cutoff = await findCutoff(context, rules, maxBytes);
  return { horizon: Math.max(horizon, cutoff), cutoff, before: meta.horizon };
}

async function findKeptSince(
  log: Log,
  { keepFor }: RetentionPolicy,
  { horizon }: PondMeta,
): Promise<number> {
  if (keepFor === undefined) return 0;
  try {
    return await log.seqAt((Date.now() - keepFor) * 1000);
  } catch (error) {
    if (isTinyFSError(error, "HISTORY_TRUNCATED")) return horizon;
    throw error;
  }
}

/** Says that snapshots before a commit do not open any more: before it is asked who has one open. */
export async function raiseHorizon(context: PondContext, horizon: number): Promise<void> {
  await changeMeta(context, (meta) => ({ horizon: Math.max(meta.horizon, horizon) }));
}

/** Tagged and pinned commits, of all tabs, ascending. */
export async function findKept({ database, locks, pond }: PondContext): Promise<number[]> {
  const pinned = (await locks.findSuffixes(pinLockName(pond, ""))).map(Number);
  const { tags } = await database.use("oplog")("readonly", (oplog) => readMeta(oplog, pond));
  return [...new Set([...pinned, ...Object.values(tags)])].sort((a, b) => a - b);
}

async function makePlan(
  context: PondContext,
  { horizon, cutoff, policy }: { horizon: number; cutoff: number; policy: RetentionPolicy },
): Promise<Plan> {
  const { locks, pond } = context;
  const pinned = (await locks.findSuffixes(pinLockName(pond, ""))).map(Number);
  const kept = await findKept(context);
  const rules = { horizon, cutoff, kept, keepVersions: versionsKept(policy) };
  return { rules, logStart: Math.min(horizon, ...pinned) };
}

async function sweepCommits(
  run: Run,
  before: number,
  { isAutomatic = false }: VacuumScope,
): Promise<number> {
  const { context } = run;
  const series = isAutomatic ? await findRewrittenSeries(run, before) : listSeries(run);
  for await (const nodeId of series) await sweepSeries(run, nodeId);
  await changeMeta(context, ({ logStart = 1 }) => ({ logStart: Math.max(logStart, before) }));
  return sweepLog(run, before);
}

async function changeMeta(
  { database, pond }: PondContext,
  change: (meta: PondMeta) => Partial<PondMeta>,
): Promise<void> {
  await database.use("oplog")("readwrite", async (oplog) => {
    const { sum: _, ...meta } = await readMeta(oplog, pond);
    putMeta(oplog, { ...meta, ...change({ ...meta, sum: 0 }) });
  });
}
