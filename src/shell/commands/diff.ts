import type { ArrowWD, ListEntry } from "../../index.ts";
import { type Call, commitAt } from "../call.ts";
import type { Command, Output } from "../command.ts";
import { BYTES_FLAG } from "../command-description.ts";
import type { Style } from "../output/screen.ts";
import { formatTable } from "../output/table.ts";
import { formatBytes, formatCount } from "../output/units.ts";
import { typeName } from "./list.ts";

/** What became of a path from one commit to another. */
interface Difference {
  readonly change: "added" | "removed" | "changed";
  readonly path: string;
  readonly before?: ListEntry;
  readonly after?: ListEntry;
}

const STYLES: Readonly<Record<Difference["change"], Style>> = {
  added: "green",
  removed: "red",
  changed: "yellow",
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
  json: "A list of `{ change, path, type, sizeBefore, size, rowsBefore, rows, versionBefore, version }`: `change` is `added`, `removed` or `changed`.",
  async run(call: Call): Promise<Output> {
    const before = await filesAt(call, call.word(0));
    const after = await filesAt(call, call.words[1]?.text);
    const found = differences(before, after);
    const isExact = call.flags.isOn("bytes");
    return {
      data: found.map(differenceData),
      text: (screen) => (found.length === 0 ? "" : formatTable(screen, columnsOf(found, isExact))),
    };
  },
};

async function filesAt(call: Call, at: string | undefined): Promise<Map<string, ListEntry>> {
  const snapshot = await call.pond.snapshot(at === undefined ? undefined : commitAt(at));
  try {
    return await allFiles(call, snapshot.root);
  } finally {
    await snapshot.close();
  }
}

async function allFiles(call: Call, root: ArrowWD): Promise<Map<string, ListEntry>> {
  const files = new Map<string, ListEntry>();
  for await (const entry of root.list("/", { recursive: true })) {
    call.signal?.throwIfAborted();
    files.set(`/${entry.name}`, entry);
  }
  return files;
}

function differences(
  before: ReadonlyMap<string, ListEntry>,
  after: ReadonlyMap<string, ListEntry>,
): Difference[] {
  const found: Difference[] = [];
  for (const [path, entry] of after) {
    const old = before.get(path);
    if (!old) found.push({ change: "added", path, after: entry });
    else if (isOther(old, entry))
      found.push({ change: "changed", path, before: old, after: entry });
  }
  for (const [path, entry] of before) {
    if (!after.has(path)) found.push({ change: "removed", path, before: entry });
  }
  return found.sort((one, other) => (one.path < other.path ? -1 : 1));
}

/** A directory is other when another stands there; a file also when it has another version. */
function isOther(before: ListEntry, after: ListEntry): boolean {
  if (before.nodeId !== after.nodeId) return true;
  return before.entryType !== "Directory" && before.version !== after.version;
}

function differenceData({ change, path, before, after }: Difference): unknown {
  return {
    change,
    path,
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
    { title: "path", values: found.map(({ path }) => path) },
  ];
}

function rowsText(before: number | undefined, after: number | undefined): string {
  if (before === undefined && after === undefined) return "-";
  const added = (after ?? 0) - (before ?? 0);
  return `${added < 0 ? "-" : "+"}${formatCount(Math.abs(added))}`;
}
