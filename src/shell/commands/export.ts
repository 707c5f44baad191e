import type { ArrowWD, WriteProgress } from "../../index.ts";
import type { Call } from "../call.ts";
import type { Command, Output } from "../command.ts";
import { AT_FLAG } from "../command-description.ts";
import { hostName } from "../host-access.ts";
import { misuse } from "../misuse.ts";
import { baseName, resolvePath, splitExtension } from "../paths.ts";
import { ROW_FLAGS, readOptions } from "../rows/row-flags.ts";
import { PARQUET_TYPE } from "./copy.ts";
import { told } from "./entries.ts";

/** What rows are written as: how a file of it ends, and its MIME type. */
const FORMATS: Readonly<Record<string, { readonly extension: string; readonly type: string }>> = {
  parquet: { extension: "parquet", type: PARQUET_TYPE },
  csv: { extension: "csv", type: "text/csv" },
  json: { extension: "ndjson", type: "application/x-ndjson" },
  arrow: { extension: "arrows", type: "application/vnd.apache.arrow.stream" },
};

/** Where the bytes go. */
type Sink = (stream: ReadableStream<Uint8Array>) => Promise<unknown>;

/** Writes rows as a file of another format. */
export const exportRows: Command = {
  name: "export",
  summary: "Write a table or a series as Parquet, CSV, JSON or Arrow IPC.",
  details:
    'Without DEST it is handed out under the name of the file. JSON is one object a line; CSV has a line of names, null is an empty field and an empty text `""`.',
  arguments: [
    { name: "PATH", kind: "path", summary: "A table or a series." },
    {
      name: "DEST",
      kind: "host",
      optional: true,
      summary: "`host:NAME`, or a path of the pond, which becomes a data file.",
    },
  ],
  flags: [
    {
      name: "format",
      short: "F",
      value: "FORMAT",
      choices: Object.keys(FORMATS),
      summary: "What it is written as.",
      default: "as the end of DEST says, else parquet",
    },
    { name: "limit", short: "n", value: "N", summary: "At most so many rows.", default: "all" },
    ...ROW_FLAGS,
    { name: "replace", summary: "Replace what stands at DEST." },
    AT_FLAG,
  ],
  examples: [
    { line: "export /obs.series", summary: "One valid Parquet file, whatever the segments." },
    {
      line: 'export /obs.series host:warm.csv -f \'{"temp":{"$gt":20}}\'',
      summary: "Some rows as CSV.",
    },
  ],
  json: "A list of one `{ from, path }`.",
  async run(call: Call): Promise<Output> {
    const root = await call.root();
    const from = await call.onePath(0);
    const written = call.words[1]?.text;
    const format = formatFor(call, written);
    const { extension, type } = FORMATS[format] ?? { extension: format, type: "" };
    const named = written === undefined ? "" : hostName(written);
    const name = named || `${splitExtension(baseName(from)).stem}.${extension}`;
    const path = named === undefined ? call.path(1) : `host:${name}`;
    const sink: Sink =
      named === undefined
        ? (stream) => store(call, path, stream)
        : (stream) => call.files.save({ name, type, stream });
    await writeRows(call, root, from, format, sink);
    return told("exported", [{ from, path }]);
  },
};

function formatFor(call: Call, dest: string | undefined): string {
  const asked = call.flags.choice("format");
  if (asked) return asked;
  const { extension } = splitExtension(baseName(dest ?? ""));
  if (extension === "ndjson" || extension === "jsonl") return "json";
  if (extension === "arrow" || extension === "feather" || extension === "arrows") return "arrow";
  return extension in FORMATS ? extension : "parquet";
}

function store(call: Call, path: string, stream: ReadableStream<Uint8Array>): Promise<unknown> {
  const { signal } = call;
  const create = call.flags.isOn("replace") ? "either" : "new";
  return call.pond.root.writeFile(path, stream, { create, signal });
}

async function writeRows(
  call: Call,
  root: ArrowWD,
  path: string,
  format: string,
  sink: Sink,
): Promise<void> {
  const { signal, flags } = call;
  const version = flags.count("version");
  const { schema } = await root.describe(path, { version, signal });
  const options = { ...readOptions(flags, schema, signal), limit: flags.count("limit") };
  const isWhole = ["columns", "filter", "time-range", "limit"].every(
    (name) => flags.text(name) === undefined,
  );
  if (format === "parquet") {
    if (!isWhole)
      throw misuse(
        call.command,
        "Parquet is written whole: use --format arrow, csv or json for a part",
      );
    const source = await root.exportParquet(path, { version, signal });
    try {
      await sink(source.stream());
    } finally {
      await source.close();
    }
    return;
  }
  const { exportArrow, exportCsv, exportNdjson } = await import("../../interop/index.ts");
  const write = { arrow: exportArrow, csv: exportCsv }[format] ?? exportNdjson;
  const onProgress = ({ rows }: WriteProgress) =>
    call.progress({ subject: resolvePath("/", path), done: rows, unit: "rows" });
  await sink(write(root, path, { ...options, onProgress }));
}
