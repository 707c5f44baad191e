import type { ArrowWD, EntryType, ListEntry } from "../../index.ts";
import type { Call } from "../call.ts";
import type { Command, Output } from "../command.ts";
import { AT_FLAG, BYTES_FLAG } from "../command-description.ts";
import type { Screen, Style } from "../output/screen.ts";
import { formatGrid, formatTable } from "../output/table.ts";
import { formatBytes, formatCount, formatTime, isoTime } from "../output/units.ts";
import { joinPath, resolvePath } from "../paths.ts";

/** An entry as it is listed. */
interface Line {
  /** As it is shown: a name, or a path. */
  readonly shown: string;
  readonly path: string;
  readonly type: EntryType;
  readonly size?: number;
  readonly rows?: number;
  readonly version?: number;
  /** Microseconds since 1970. */
  readonly timestamp?: number;
  readonly sha256?: string;
  readonly target?: string;
}

/** Lists directories, and what patterns find. */
export const list: Command = {
  name: "list",
  aliases: ["ls"],
  summary: "List directories, or what patterns find.",
  details:
    "A directory is listed with what is in it; what a pattern finds is listed itself. Names end in `/` for a directory and in `@` for a link.",
  arguments: [
    {
      name: "PATH",
      kind: "path",
      optional: true,
      many: true,
      summary: "Directories, files or patterns. Default: the working directory.",
    },
  ],
  flags: [
    { name: "long", short: "l", summary: "Also type, size, rows, version and time." },
    { name: "recursive", short: "r", summary: "Also what is below, to any depth." },
    {
      name: "sort",
      short: "s",
      value: "BY",
      choices: ["name", "size", "time"],
      summary: "By what to sort, sizes and times the greatest first.",
      default: "name",
    },
    { name: "limit", short: "n", value: "N", summary: "At most so many entries.", default: "all" },
    BYTES_FLAG,
    AT_FLAG,
  ],
  examples: [
    { line: "list -l /data", summary: "A directory, with sizes, rows and times." },
    { line: "list -l '/data/**'", summary: "A directory whose name has stars in it." },
    { line: "list /data/**/*.parquet", summary: "All Parquet files below a directory." },
    { line: "list -l --at 2026-11-20", summary: "As it was at the beginning of that day." },
  ],
  json: "A list of `{ path, type, size, rows, version, time, sha256, target }`: `size` in bytes, `rows` of tables and series, `target` of links.",
  async run(call: Call): Promise<Output> {
    const lines = limited(sorted(await gather(call), call.flags.choice("sort")), call);
    const isExact = call.flags.isOn("bytes");
    const isLong = call.flags.isOn("long");
    const targets = isLong ? await withTargets(call, lines) : lines;
    return {
      data: targets.map(({ shown: _, timestamp, ...line }) => ({
        ...line,
        time: timestamp === undefined ? undefined : isoTime(timestamp),
      })),
      text: (screen) => (isLong ? longText(screen, targets, isExact) : shortText(screen, lines)),
    };
  },
};

async function gather(call: Call): Promise<Line[]> {
  const root = await call.root();
  const isRecursive = call.flags.isOn("recursive");
  const limit = call.flags.choice("sort") ? undefined : call.flags.count("limit");
  const words = call.words.length > 0 ? call.words : [{ text: "." }];
  const isOne = words.length === 1;
  const lines: Line[] = [];
  for (const word of words) {
    for (const path of await call.paths([word], root)) {
      call.signal?.throwIfAborted();
      const isFound = word.pattern !== undefined;
      const found = await lookAt(root, path, isFound || !isOne ? path : word.text);
      // What a pattern finds is wanted itself; `-r` asks for what is below, too.
      if (found.type !== "Directory" || isFound) lines.push(found);
      if (found.type !== "Directory" || (isFound && !isRecursive)) continue;
      const below = root.list(path, { recursive: isRecursive, ...(limit && { limit }) });
      for await (const entry of below) {
        call.signal?.throwIfAborted();
        const at = joinPath(path, entry.name);
        lines.push(lineOf(entry, at, isFound || !isOne ? at : entry.name));
      }
    }
  }
  return isOne ? lines : [...new Map(lines.map((line) => [line.path, line])).values()];
}

/** An entry, links not followed where they lead nowhere. */
async function lookAt(root: ArrowWD, path: string, shown: string): Promise<Line> {
  const target = path === "/" ? undefined : await linkTarget(root, path);
  if (target !== undefined) {
    const isDirectory = await isDirectoryAt(root, path);
    return { shown, path, type: isDirectory ? "Directory" : "Symlink", target };
  }
  return lineOf(await root.stat(path), path, shown);
}

async function isDirectoryAt(root: ArrowWD, path: string): Promise<boolean> {
  return (await root.exists(path)) && (await root.getEntryType(path)) === "Directory";
}

/** Where a link points; `undefined` for what is none. @throws NOT_FOUND */
async function linkTarget(root: ArrowWD, path: string): Promise<string | undefined> {
  try {
    return await root.readLink(path);
  } catch (error) {
    if ((error as { code?: unknown }).code === "WRONG_ENTRY_TYPE") return undefined;
    throw error;
  }
}

function lineOf(entry: ListEntry, path: string, shown: string): Line {
  const { entryType: type, size, rowCount, version, timestamp, sha256 } = entry;
  const isFile = type !== "Directory";
  return {
    shown,
    path,
    type,
    version,
    timestamp,
    ...(isFile && { size, sha256 }),
    ...(rowCount !== undefined && { rows: rowCount }),
  };
}

async function withTargets(call: Call, lines: readonly Line[]): Promise<Line[]> {
  const root = await call.root();
  const told: Line[] = [];
  for (const line of lines) {
    const isLink = line.type === "Symlink" && line.target === undefined;
    const target = isLink ? await linkTarget(root, line.path) : undefined;
    told.push(target === undefined ? line : { ...line, target });
  }
  return told;
}

function sorted(lines: Line[], by: string | undefined): Line[] {
  if (by === "size") return lines.sort((one, other) => (other.size ?? -1) - (one.size ?? -1));
  if (by === "time") {
    return lines.sort((one, other) => (other.timestamp ?? 0) - (one.timestamp ?? 0));
  }
  return lines;
}

function limited(lines: Line[], call: Call): Line[] {
  const limit = call.flags.count("limit");
  return limit === undefined ? lines : lines.slice(0, limit);
}

function shortText(screen: Screen, lines: readonly Line[]): string {
  return formatGrid(
    screen,
    lines.map((line) => markedName(line)),
    (index) => styleOf(lines[index]),
  );
}

function longText(screen: Screen, lines: readonly Line[], isExact: boolean): string {
  if (lines.length === 0) return "";
  const column = (value: (line: Line) => string | undefined) =>
    lines.map((line) => value(line) ?? "-");
  return formatTable(screen, [
    { title: "type", values: lines.map(({ type }) => typeName(type)) },
    {
      title: "size",
      align: "right",
      values: column(({ size }) => (size === undefined ? undefined : formatBytes(size, isExact))),
    },
    {
      title: "rows",
      align: "right",
      values: column(({ rows }) => (rows === undefined ? undefined : formatCount(rows))),
    },
    {
      title: "ver",
      align: "right",
      values: column(({ version }) => version?.toString()),
      extra: 2,
    },
    {
      title: "time",
      values: column(({ timestamp }) => (timestamp ? formatTime(timestamp) : undefined)),
      extra: 1,
    },
    {
      title: "name",
      values: lines.map((line) =>
        line.target === undefined ? markedName(line) : `${line.shown} -> ${line.target}`,
      ),
      style: (row) => styleOf(lines[row]),
    },
  ]);
}

/** What people call a type. */
export function typeName(type: EntryType): string {
  return type.replace(/^File/, "").toLowerCase();
}

function markedName({ shown, type, path, target }: Line): string {
  const name = resolvePath("/", path) === "/" ? "/" : shown;
  if (target !== undefined || type === "Symlink") return `${name}@`;
  return type === "Directory" && !name.endsWith("/") ? `${name}/` : name;
}

function styleOf(line: Line | undefined): Style | undefined {
  if (line?.type === "Directory") return "blue";
  if (line?.type === "Symlink") return "cyan";
  return line?.type === "FileTable" || line?.type === "FileSeries" ? "green" : undefined;
}
