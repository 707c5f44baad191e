import type { CheckReport, Finding, RetentionPolicy } from "../../index.ts";
import type { Call } from "../call.ts";
import type { Command, Output } from "../command.ts";
import { BYTES_FLAG } from "../command-description.ts";
import { printable } from "../output/printable.ts";
import { type Screen, styled } from "../output/screen.ts";
import { formatFields, formatTable } from "../output/table.ts";
import { counted, formatBytes, formatCount } from "../output/units.ts";

/** So many of the versions that would go are listed. */
const MOST_DROPPED = 50;

/** Deletes what nothing names. */
export const gc: Command = {
  name: "gc",
  summary: "Delete bytes that nothing names: what crashes and lost races left. History is kept.",
  arguments: [],
  flags: [{ name: "dry-run", summary: "Only tell what would be deleted." }, BYTES_FLAG],
  examples: [{ line: "gc --dry-run", summary: "How much it would free." }],
  json: "`{ dryRun, deletedCount, freedBytes, skippedInUse, sweptTemporaries }`.",
  async run(call: Call): Promise<Output> {
    const dryRun = call.flags.isOn("dry-run");
    const done = await call.pond.gc({
      dryRun,
      signal: call.signal,
      onProgress: ({ checked }) =>
        call.progress({ subject: "large files", done: checked, unit: "items" }),
    });
    const { deletedCount, freedBytes, skippedInUse, sweptTemporaries } = done;
    return {
      data: { dryRun, ...done },
      text: () =>
        [
          `${dryRun ? "would free" : "freed"} ${formatBytes(freedBytes, call.flags.isOn("bytes"))}: ${counted(deletedCount, "file")} and ${counted(sweptTemporaries, "temporary", "temporaries")}`,
          ...(skippedInUse > 0 ? [`${counted(skippedInUse, "file")} in use were left`] : []),
        ].join("\n"),
    };
  },
};

/** Drops old versions. */
export const vacuum: Command = {
  name: "vacuum",
  summary:
    "Drop old versions, by the pond's own policy or the one that is given, and free their bytes.",
  details:
    "What is current, tagged, or open in some tab stays. A version is kept by any of `--keep-versions` and `--keep-for`.",
  arguments: [
    {
      name: "PATH",
      kind: "pattern",
      optional: true,
      many: true,
      summary: "Only versions of these paths or patterns.",
    },
  ],
  flags: [
    {
      name: "keep-versions",
      value: "N",
      summary: "Keep the newest of each file, the present one included.",
    },
    {
      name: "keep-for",
      value: "TIME",
      summary: "Keep what was present within that time: `7d`, `12h`.",
    },
    {
      name: "max-bytes",
      value: "SIZE",
      summary: "The oldest go until history takes no more: `500MB`.",
    },
    { name: "dry-run", summary: "Only list what would go." },
    BYTES_FLAG,
  ],
  examples: [
    { line: "vacuum --dry-run --keep-versions 3", summary: "What would go." },
    {
      line: "vacuum --keep-for 30d /data/**",
      summary: "Versions older than a month below a directory.",
    },
  ],
  json: "`{ dryRun, droppedVersions, droppedCommits, freedBytes, horizon, dropped }`: with `--dry-run` `dropped` are `{ path, version, txnSeq, size }`.",
  async run(call: Call): Promise<Output> {
    const { flags, signal } = call;
    const dryRun = flags.isOn("dry-run");
    const paths = call.words.map((word, index) =>
      word.pattern ? call.pattern(index) : call.path(index),
    );
    const report = await call.pond.vacuum(policyOf(call), {
      dryRun,
      ...(paths.length > 0 && { paths }),
      ...(signal && { signal }),
      onProgress: ({ scanned }) =>
        call.progress({ subject: "old versions", done: scanned, unit: "versions" }),
    });
    const isExact = flags.isOn("bytes");
    const { droppedVersions, droppedCommits, freedBytes, horizon, dropped } = report;
    return {
      data: { dryRun, ...report },
      text: (screen) =>
        [
          ...(dropped.length > 0
            ? [
                formatTable(screen, [
                  {
                    title: "ver",
                    align: "right",
                    values: dropped.slice(0, MOST_DROPPED).map(({ version }) => String(version)),
                  },
                  {
                    title: "size",
                    align: "right",
                    values: dropped
                      .slice(0, MOST_DROPPED)
                      .map(({ size }) => formatBytes(size, isExact)),
                  },
                  { title: "path", values: dropped.slice(0, MOST_DROPPED).map(({ path }) => path) },
                ]),
                ...(dropped.length > MOST_DROPPED
                  ? [`… ${formatCount(dropped.length)} in all`]
                  : []),
              ]
            : []),
          `${dryRun ? "would drop" : "dropped"} ${counted(droppedVersions, "version")} and ${counted(droppedCommits, "commit")}, ${dryRun ? "and free" : "and freed"} ${formatBytes(freedBytes, isExact)}; history begins at commit ${horizon}`,
        ].join("\n"),
    };
  },
};

function policyOf({ flags }: Call): RetentionPolicy | undefined {
  const keepVersions = flags.count("keep-versions");
  const keepFor = flags.duration("keep-for");
  const maxBytes = flags.size("max-bytes");
  const policy = {
    ...(keepVersions !== undefined && { keepVersions }),
    ...(keepFor !== undefined && { keepFor }),
    ...(maxBytes !== undefined && { maxBytes }),
  };
  return Object.keys(policy).length > 0 ? policy : undefined;
}

/** Looks for faults. */
export const check: Command = {
  name: "check",
  aliases: ["fsck"],
  summary: "Look for faults: list every one, and stop at none.",
  arguments: [],
  flags: [
    { name: "deep", short: "d", summary: "Also read every byte against its hash." },
    { name: "repair", summary: "Mend what was found, as far as another copy still has it." },
  ],
  examples: [{ line: "check --deep", summary: "Everything." }],
  json: "`{ seq, rows, blobs, bytes, settled, findings }`; with `--repair` also `repaired`, a list of `{ finding, outcome, message }`.",
  async run(call: Call): Promise<Output> {
    const { flags, signal, pond } = call;
    const report = await pond.check({
      deep: flags.isOn("deep"),
      ...(signal && { signal }),
      onProgress: ({ phase, done }) => call.progress({ subject: phase, done, unit: "items" }),
    });
    const hasFaults = report.findings.length > 0;
    const repaired = flags.isOn("repair")
      ? hasFaults
        ? (await pond.repair(report)).repaired
        : []
      : undefined;
    return {
      data: { ...report, repaired },
      text: (screen) =>
        [
          checkText(screen, report),
          ...(repaired ?? []).map(({ outcome, message }) => printable(`${outcome}: ${message}`)),
        ].join("\n"),
    };
  },
};

function checkText(screen: Screen, report: CheckReport): string {
  const { findings, rows, blobs, bytes, settled } = report;
  const looked = `${counted(rows, "row")} and ${counted(blobs, "large file")} looked at${bytes > 0 ? `, ${formatBytes(bytes)} read` : ""}`;
  const unsettled = settled ? [] : ["sums were not compared: other tabs wrote all the while"];
  if (findings.length === 0) {
    return [`${styled(screen, "sound", "green")}: ${looked}`, ...unsettled].join("\n");
  }
  const style = (row: number) => (findings[row]?.severity === "error" ? "red" : "yellow");
  return [
    formatTable(screen, [
      { title: "severity", values: findings.map(({ severity }) => severity), style },
      { title: "kind", values: findings.map(({ kind }: Finding) => kind) },
      { title: "what", values: findings.map(({ message }) => message) },
    ]),
    `${counted(findings.length, "finding")}: ${looked}`,
    ...unsettled,
  ].join("\n");
}

/** Tells what the pond holds and takes up. */
export const usage: Command = {
  name: "usage",
  aliases: ["df", "stats"],
  summary: "Tell what the pond holds and takes up, and what the browser grants.",
  arguments: [],
  flags: [BYTES_FLAG],
  examples: [{ line: "usage", summary: "Files, versions, live and history bytes, quota, caches." }],
  json: "The fields of the library's `stats()` with `{ name, id, storage }`: all sizes in bytes.",
  async run(call: Call): Promise<Output> {
    const { pond } = call;
    const stats = await pond.stats();
    const { name, id, storage } = pond;
    const bytes = (size: number) => formatBytes(size, call.flags.isOn("bytes"));
    const hits = stats.cache.hits + stats.cache.misses;
    return {
      data: { name, id, storage, ...stats },
      text: (screen) =>
        formatFields(screen, [
          ["pond", `${name} (${id})`],
          ["storage", `${storage.mode}, ${storage.persisted ? "" : "not "}persisted`],
          [
            "files",
            `${formatCount(stats.files)} in ${counted(stats.directories, "directory", "directories")}`,
          ],
          ["versions", formatCount(stats.versions)],
          ["live", bytes(stats.liveBytes)],
          ["history", bytes(stats.historyBytes)],
          [
            "stored",
            `${bytes(stats.blobBytes)} in large files, ${bytes(stats.inlineBytes)} inline`,
          ],
          ["saved", `${bytes(stats.dedupSavings)} by sharing`],
          ["reclaimable", bytes(stats.reclaimable)],
          ["origin", `${bytes(stats.usage)} of ${bytes(stats.quota)}`],
          [
            "cache",
            `${bytes(stats.cache.bytes)}, ${hits === 0 ? "not used yet" : `${Math.round((100 * stats.cache.hits) / hits)} % hits`}`,
          ],
        ]),
    };
  },
};
