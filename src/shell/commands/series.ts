import type { ArrowWD, BatchInput, CompactResult } from "../../index.ts";
import type { Call } from "../call.ts";
import type { Command, Output } from "../command.ts";
import { BYTES_FLAG } from "../command-description.ts";
import { hostName } from "../host-access.ts";
import { misuse } from "../misuse.ts";
import { counted, formatBytes, formatCount } from "../output/units.ts";
import { baseName, joinPath } from "../paths.ts";
import { formatOf, ipcBytes } from "../rows/batches-of.ts";
import { progressOf } from "./take-in.ts";

/** Adds rows to a series. */
export const append: Command = {
  name: "append",
  summary: "Add the rows of files to a series, each file as a segment.",
  arguments: [
    {
      name: "SOURCE",
      kind: "host",
      many: true,
      summary: "Tables, series, Parquet, CSV, TSV or Arrow files: paths, patterns, or `host:NAME`.",
    },
    { name: "SERIES", kind: "path", summary: "A series." },
  ],
  flags: [],
  examples: [
    { line: "append host:november.csv /obs.series", summary: "A CSV file of the host." },
    { line: "append /inbox/*.parquet /obs.series", summary: "Tables of the pond, all or none." },
  ],
  json: "A list of `{ from, path, rows }`: the rows that were added.",
  async run(call: Call): Promise<Output> {
    const path = call.path(call.words.length - 1);
    const words = call.words.slice(0, -1);
    const files: File[] = [];
    for (const { text } of words) {
      const name = hostName(text);
      if (name !== undefined) files.push(...(await call.files.open(name)));
    }
    const done = await call.write(async (root) => {
      const added = [];
      for (const file of files) added.push(await appendFile(call, root, path, file));
      const inPond = words.filter(({ text }) => hostName(text) === undefined);
      for (const from of await call.paths(inPond, root)) {
        added.push(await appendPath(call, root, path, from));
      }
      return added;
    });
    return {
      data: done,
      text: () =>
        done.map(({ from, rows }) => `appended ${from}: ${counted(rows, "row")}`).join("\n"),
    };
  },
};

interface Appended {
  readonly from: string;
  readonly path: string;
  readonly rows: number;
}

async function appendPath(
  call: Call,
  root: ArrowWD,
  path: string,
  from: string,
): Promise<Appended> {
  const { signal } = call;
  const { entryType } = await root.stat(from);
  if (entryType === "FileTable" || entryType === "FileSeries") {
    return appendRows(call, root, path, from, root.readSeriesAsStream(from, { signal }));
  }
  const bytes = await root.readFile(from, { signal });
  const file = new File([bytes as Uint8Array<ArrayBuffer>], baseName(from));
  return { ...(await appendFile(call, root, path, file)), from };
}

async function appendFile(call: Call, root: ArrowWD, path: string, file: File): Promise<Appended> {
  const from = `host:${file.name}`;
  switch (formatOf(file.name)) {
    case "csv":
      return appendCsv(call, root, path, file);
    case "arrow":
      return appendRows(call, root, path, from, await ipcBytes(file.stream()));
    case "parquet":
      return appendParquet(call, root, path, file);
    default:
      throw misuse(
        call.command,
        `"${file.name}" ends in none of .parquet, .csv, .tsv, .arrow, .feather`,
      );
  }
}

async function appendRows(
  call: Call,
  root: ArrowWD,
  path: string,
  from: string,
  batches: BatchInput,
): Promise<Appended> {
  const before = (await root.stat(path)).rowCount ?? 0;
  await root.appendSeries(path, batches, {
    signal: call.signal,
    onProgress: progressOf(call, { from }),
  });
  const after = (await root.stat(path)).rowCount ?? 0;
  return { from, path, rows: after - before };
}

async function appendCsv(call: Call, root: ArrowWD, path: string, file: File): Promise<Appended> {
  const { importCsv } = await import("../../interop/index.ts");
  const from = `host:${file.name}`;
  const onProgress = progressOf(call, { from });
  const options = { append: true, signal: call.signal, onProgress };
  const { rowCount } = await importCsv(root, path, file, options);
  return { from, path, rows: rowCount };
}

/** A Parquet file is read in the pond: it stands beside the series until the transaction ends. */
async function appendParquet(
  call: Call,
  root: ArrowWD,
  path: string,
  file: File,
): Promise<Appended> {
  const { signal } = call;
  const beside = joinPath("/", `.append-${crypto.randomUUID()}.parquet`);
  await root.importParquet(beside, file, { signal });
  const from = `host:${file.name}`;
  const done = await appendRows(
    call,
    root,
    path,
    from,
    root.readSeriesAsStream(beside, { signal }),
  );
  await root.remove(beside);
  return done;
}

interface Compacted extends Omit<CompactResult, "txnSeq"> {
  readonly path: string;
}

/** Joins segments. */
export const compact: Command = {
  name: "compact",
  summary: "Join the segments of series; what is read stays the same.",
  arguments: [{ name: "SERIES", kind: "path", many: true, summary: "Series or patterns." }],
  flags: [
    {
      name: "reencode",
      summary: "Decode and encode anew, so that small row groups become large ones.",
    },
    {
      name: "min-segments",
      value: "N",
      summary: "Join neighbours where there are at least so many.",
      default: "2",
    },
    {
      name: "target-bytes",
      value: "SIZE",
      summary: "Join until they have so many bytes.",
      default: "64MiB",
    },
    BYTES_FLAG,
  ],
  examples: [{ line: "compact /obs/*.series", summary: "All series of a directory." }],
  json: "A list of `{ path, compacted, before, after, bytesBefore, bytesAfter, version }`.",
  async run(call: Call): Promise<Output> {
    const { flags, signal, pond } = call;
    const done: Compacted[] = [];
    for (const path of await call.paths(call.words)) {
      const { txnSeq: _, ...result } = await pond.root.compactSeries(path, {
        reencode: flags.isOn("reencode"),
        minSegments: flags.count("min-segments"),
        targetBytes: flags.size("target-bytes"),
        signal,
        onProgress: ({ segments, total }) =>
          call.progress({ subject: path, done: segments, total, unit: "segments" }),
      });
      done.push({ path, ...result });
    }
    const isExact = flags.isOn("bytes");
    return {
      data: done,
      text: () =>
        done
          .map(({ path, compacted, before, after, bytesBefore, bytesAfter }) =>
            compacted
              ? `compacted ${path}: ${counted(before, "segment")} to ${formatCount(after)}, ${formatBytes(bytesBefore, isExact)} to ${formatBytes(bytesAfter, isExact)}`
              : `left ${path}: ${counted(before, "segment")}`,
          )
          .join("\n"),
    };
  },
};

/** Drops rows of a series. */
export const trim: Command = {
  name: "trim",
  summary: "Drop old rows of a series, as a new version.",
  arguments: [{ name: "SERIES", kind: "path", summary: "A series." }],
  flags: [
    {
      name: "before",
      value: "TIME",
      summary: "Rows before it go: ISO 8601, in UTC unless it names a zone.",
    },
    { name: "keep-rows", value: "N", summary: "Or: the last rows, so many, stay." },
    { name: "time-column", value: "NAME", summary: "The column that --before asks for." },
  ],
  examples: [{ line: "trim /obs.series --before 2026-01-01", summary: "Rows of earlier years." }],
  json: "`{ path, rowsRemoved, before, after, bytesBefore, bytesAfter, version }`: `before` and `after` are segments.",
  async run(call: Call): Promise<Output> {
    const { flags, signal } = call;
    const path = await call.onePath(0);
    const before = flags.time("before");
    const keepRows = flags.count("keep-rows");
    if ((before === undefined) === (keepRows === undefined)) {
      throw misuse(call.command, "it takes one of --before and --keep-rows");
    }
    const timestampColumn = flags.text("time-column");
    const limit = before === undefined ? { keepRows: keepRows ?? 0 } : { before, timestampColumn };
    const { txnSeq: _, ...result } = await call.write((root) =>
      root.trimSeries(path, { ...limit, signal }),
    );
    return {
      data: { path, ...result },
      text: () => `trimmed ${path}: ${counted(result.rowsRemoved, "row")} dropped`,
    };
  },
};
