import type { Place } from "../../tinyfs/entry.ts";
import type { Key } from "../keys.ts";
import type { PondContext } from "../pond-context.ts";
import { BlobCheck } from "./blob-check.ts";
import { eachUser, type User } from "./blob-users.ts";
import { CheckRun } from "./check-run.ts";
import type { DirectoryMap } from "./directory-map.ts";
import { type Found, noteKey, toFinding } from "./findings.ts";
import { LogCheck } from "./log-check.ts";
import { NameCheck } from "./name-check.ts";
import { PackCheck } from "./pack-check.ts";
import { noteFinding } from "./quarantine.ts";
import { eachSlice, readStand } from "./raw-rows.ts";
import type { CheckOptions, CheckReport, Finding } from "./report.ts";
import { SeriesCheck } from "./series-check.ts";
import { checkSums } from "./sum-check.ts";

/** Finds every fault of a pond in one pass. */
export async function checkPond(
  context: PondContext,
  options: CheckOptions = {},
): Promise<CheckReport> {
  options.signal?.throwIfAborted();
  const run = new CheckRun(context, options);
  const { head: seq } = await context.database.use("oplog")("readonly", readStand);
  await new LogCheck(run).check();
  await new NameCheck(run).check();
  await new SeriesCheck(run).check();
  await new PackCheck(run).check();
  await new BlobCheck(run).check();
  const { directories, series, settled } = await checkSums(run);
  const named = await nameUsers(run, series);
  const findings = await withNotes(
    run,
    named.map((found) => toFinding(found, pathOf(directories, found.place))),
  );
  const { rows, blobs, bytes } = run;
  return { seq, findings, rows, blobs, bytes, settled };
}

function pathOf(directories: DirectoryMap, place: Place | undefined): string | undefined {
  return place && directories.pathOf(place);
}

/** Says of bytes and of series which file they belong to. */
async function nameUsers(run: CheckRun, series: ReadonlyMap<string, Place>): Promise<Found[]> {
  const found = run.findings.all().map((one) => atSeries(one, series));
  const nameless = found.filter(({ sha256, place, severity }) => {
    return sha256 !== undefined && !place && severity !== "leftover";
  });
  if (nameless.length === 0) return found;
  const users = new Map<string, User>();
  const hashes = new Set(nameless.map(({ sha256 }) => sha256 ?? ""));
  await eachUser(
    run.context.database,
    hashes,
    (sha256, user) => {
      if (!users.has(sha256)) users.set(sha256, user);
    },
    () => run.tick("rows", run.rows),
  );
  return found.map((one) => {
    const user = one.place ? undefined : users.get(one.sha256 ?? "");
    if (!user) return one;
    const place = user.place ?? series.get(String(user.raw.key[1]));
    const { version } = user;
    return { ...(version !== undefined && { version }), ...one, ...(place && { place }) };
  });
}

function atSeries(found: Found, series: ReadonlyMap<string, Place>): Found {
  if (found.place || found.key?.[0] !== "seg") return found;
  const place = series.get(String(found.key[1]));
  return place ? { ...found, place } : found;
}

/** Faults that a repair has set aside are known, and are told as that. */
async function withNotes(run: CheckRun, findings: readonly Finding[]): Promise<Finding[]> {
  const isNoted = new Map<string, { key: Key; value: unknown; isMet: boolean }>();
  await eachSlice(
    run.context.database,
    ["bad"],
    (rows) => {
      for (const { key, value } of rows) isNoted.set(String(key), { key, value, isMet: false });
    },
    run.tickRows,
  );
  if (isNoted.size === 0) return [...findings];
  const fresh = findings.filter((finding) => {
    const note = isNoted.get(String(noteKey(finding)));
    if (note) note.isMet = true;
    return !note;
  });
  const notes = [...isNoted.values()].map(({ key, value, isMet }) => {
    // Damaged bytes are met by a deep check only.
    return noteFinding(key, value, isMet || (key[1] === "bytes" && !run.deep));
  });
  return [...fresh, ...notes];
}
