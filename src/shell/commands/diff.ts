import type { ArrowWD, Difference, ListEntry, Snapshot } from "../../index.ts";
import { type Call, commitAt } from "../call.ts";
import type { Command, Output } from "../command.ts";
import { BYTES_FLAG } from "../command-description.ts";
import type { Style } from "../output/screen.ts";
import { formatTable } from "../output/table.ts";
import { formatBytes, formatCount } from "../output/units.ts";
import { typeName } from "./list.ts";

const STYLES: Readonly<Record<Difference["change"], Style>> = {
  added: "green",
  removed: "red",
  changed: "yellow",
  moved: "cyan",
};

/** Compares two commits. */
export const diff: Command = {
  name: "diff",
  summary: "Compare the files of two commits.",
  arguments: [
    { name: "FROM", kind: "tag", summary: "A commit: its number, a date, or a tag." },
    { name: "TO", kind: "tag", optional: true, summary: "The same. Default: now." },
  ],
  flags: [BYTES_FLAG],
  examples: [{ line: "diff 12", summary: "What is other than it was as of commit 12." }],
  json: "A list of `{ change, path, from, type, sizeBefore, size, rowsBefore, rows, versionBefore, version }`: `change` is `added`, `removed`, `changed` or, with `from`, `moved`.",
  async run(call: Call): Promise<Output> {
    const found: Difference[] = [];
    const { signal } = call;
    const onProgress = (done: number) => call.progress({ subject: "entries", done, unit: "items" });
    const before = await snapshotAt(call, call.word(0));
    try {
      const after = await snapshotAt(call, call.words[1]?.text);
      try {
        for await (const one of before.diff(after, { signal, onProgress })) found.push(one);
      } finally {
        await after.close();
      }
    } finally {
      await before.close();
    }
    found.sort((one, other) => (one.path < other.path ? -1 : 1));
    const isExact = call.flags.isOn("bytes");
    return {
      data: found.map(differenceData),
      text: (screen) => (found.length === 0 ? "" : formatTable(screen, columnsOf(found, isExact))),
    };
  },
};

function snapshotAt(call: Call, at: string | undefined): Promise<Snapshot<ArrowWD>> {
  return call.pond.snapshot(at === undefined ? undefined : commitAt(at));
}

function differenceData({ change, path, from, before, after }: Difference): unknown {
  return {
    change,
    path,
    from,
    type: (after ?? before)?.entryType,
    sizeBefore: before?.size,
    size: after?.size,
    rowsBefore: before?.rowCount,
    rows: after?.rowCount,
    versionBefore: before?.version,
    version: after?.version,
  };
}

function columnsOf(found: readonly Difference[], isExact: boolean) {
  const size = (entry: ListEntry | undefined) =>
    !entry || entry.entryType === "Directory" ? "-" : formatBytes(entry.size, isExact);
  return [
    {
      title: "change",
      values: found.map(({ change }) => change),
      style: (row: number) => found[row] && STYLES[found[row].change],
    },
    {
      title: "type",
      values: found.map(({ before, after }) => {
        const entry = after ?? before;
        return entry ? typeName(entry.entryType) : "-";
      }),
    },
    { title: "before", align: "right" as const, values: found.map(({ before }) => size(before)) },
    { title: "after", align: "right" as const, values: found.map(({ after }) => size(after)) },
    {
      title: "rows",
      align: "right" as const,
      values: found.map(({ before, after }) => rowsText(before?.rowCount, after?.rowCount)),
    },
    {
      title: "path",
      values: found.map(({ path, from }) => (from === undefined ? path : `${path} (was ${from})`)),
    },
  ];
}

function rowsText(before: number | undefined, after: number | undefined): string {
  if (before === undefined && after === undefined) return "-";
  const added = (after ?? 0) - (before ?? 0);
  return `${added < 0 ? "-" : "+"}${formatCount(Math.abs(added))}`;
}
