import type { ArrowWD, ColumnDescription, TableDescription, VersionOptions } from "../../index.ts";
import type { JsonValue } from "../../interop/index.ts";
import type { Call } from "../call.ts";
import type { Command, Output } from "../command.ts";
import { AT_FLAG, BYTES_FLAG } from "../command-description.ts";
import type { Screen } from "../output/screen.ts";
import { formatFields, formatTable } from "../output/table.ts";
import { counted, formatBytes, formatCount, formatRange, isoTime } from "../output/units.ts";
import { ROW_FLAGS, readOptions } from "../rows/row-flags.ts";
import { cellText } from "../rows/values.ts";

/** What is known of a table or a series, and how its bounds read. */
interface Described extends TableDescription {
  readonly bound: (column: ColumnDescription, value: unknown) => JsonValue | undefined;
}

/** Tells what is known of a table or a series. */
export const describe: Command = {
  name: "describe",
  aliases: ["schema"],
  summary: "Tell the columns of a table or a series, and what their statistics say.",
  arguments: [{ name: "PATH", kind: "path", summary: "A table or a series." }],
  flags: [
    { name: "row-groups", short: "g", summary: "Also list its row groups." },
    { name: "version", short: "v", value: "N", summary: "As of this version of the file." },
    BYTES_FLAG,
    AT_FLAG,
  ],
  examples: [{ line: "describe /flights.parquet", summary: "Columns, types, bounds and sizes." }],
  json: "`{ path, rows, segments, rowGroups, size, version, timeRange, columns, versions, gaps, overlaps }`: `columns` are `{ name, type, nullable, min, max, nulls, codecs, encodings, compressed, uncompressed, since }`.",
  async run(call: Call): Promise<Output> {
    const root = await call.root();
    const path = await call.onePath(0);
    const { signal, flags } = call;
    const described = await describedAt(root, path, { version: flags.count("version"), signal });
    const isExact = flags.isOn("bytes");
    return {
      data: describeData(path, described),
      text: (screen) =>
        [
          summaryText(screen, described, isExact),
          columnsText(screen, described, isExact),
          ...(flags.isOn("row-groups") ? [groupsText(screen, described, isExact)] : []),
        ].join("\n\n"),
    };
  },
};

/** Tells what a read would leave out. */
export const explain: Command = {
  name: "explain",
  summary: "Tell what a read would leave out: segments, row groups, pages, columns and bytes.",
  arguments: [{ name: "PATH", kind: "path", summary: "A table or a series." }],
  flags: [...ROW_FLAGS, AT_FLAG],
  examples: [
    {
      line: `explain /obs.series -f '{"temp":{"$gt":30}}'`,
      summary: "What a filter saves.",
    },
  ],
  json: "`{ segments, rowGroups, pages, columns, bytes, rows }`, as the library's `explain` gives it.",
  async run(call: Call): Promise<Output> {
    const root = await call.root();
    const path = await call.onePath(0);
    const { signal, flags } = call;
    const { schema } = await root.describe(path, { version: flags.count("version"), signal });
    const plan = await root.explain(path, readOptions(flags, schema, signal));
    const left = ({ total, skipped }: { total: number; skipped: number }) =>
      `${formatCount(total - skipped)} of ${formatCount(total)}`;
    return {
      data: plan,
      text: (screen) =>
        formatFields(screen, [
          ["segments", left(plan.segments)],
          ["row groups", left(plan.rowGroups)],
          ["pages", left(plan.pages)],
          ["columns", `${formatCount(plan.columns.read)} of ${formatCount(plan.columns.total)}`],
          ["bytes", `${formatBytes(plan.bytes.read)} of ${formatBytes(plan.bytes.total)}`],
          ["rows", `at most ${formatCount(plan.rows.atMost)} of ${formatCount(plan.rows.total)}`],
        ]),
    };
  },
};

async function describedAt(
  root: ArrowWD,
  path: string,
  options: VersionOptions,
): Promise<Described> {
  const { boundToJson } = await import("../../interop/index.ts");
  const described = await root.describe(path, options);
  const bound: Described["bound"] = ({ name }, value) => {
    const type = described.schema.fields.find((field) => field.name === name)?.type;
    return value === undefined || !type ? undefined : boundToJson(type, value);
  };
  return { ...described, bound };
}

function describeData(path: string, described: Described): unknown {
  const { rowCount, rowGroups, segments, sizeBytes, version, timeRange } = described;
  return {
    path,
    rows: rowCount,
    segments,
    rowGroups: rowGroups.map(({ rowCount: rows, compressedBytes, segment, uncompressedBytes }) => ({
      rows,
      segment,
      compressed: compressedBytes,
      uncompressed: uncompressedBytes,
    })),
    size: sizeBytes,
    version,
    timeRange: timeRange && { min: isoTime(timeRange.min), max: isoTime(timeRange.max) },
    columns: described.columns.map((column) => columnData(described, column)),
    versions: described.versions.map(({ version: number, txnSeq, timestamp, rowCount: rows }) => ({
      version: number,
      seq: txnSeq,
      time: isoTime(timestamp),
      rows,
    })),
    gaps: described.gaps.map(({ start, end }) => ({ start: isoTime(start), end: isoTime(end) })),
    overlaps: described.overlaps.map(({ start, end, segments: two }) => ({
      start: isoTime(start),
      end: isoTime(end),
      segments: two,
    })),
  };
}

function columnData(described: Described, column: ColumnDescription): unknown {
  const { name, type, nullable, nullCount, codecs, encodings, since } = column;
  return {
    name,
    type,
    nullable,
    min: described.bound(column, column.min),
    max: described.bound(column, column.max),
    nulls: nullCount,
    codecs,
    encodings,
    compressed: column.compressedBytes,
    uncompressed: column.uncompressedBytes,
    since,
  };
}

function summaryText(screen: Screen, described: TableDescription, isExact: boolean): string {
  const { rowCount, rowGroups, segments, sizeBytes, version, timeRange, gaps, overlaps } =
    described;
  return formatFields(screen, [
    ["rows", formatCount(rowCount)],
    ["size", formatBytes(sizeBytes, isExact)],
    ["in", `${counted(segments, "segment")}, ${counted(rowGroups.length, "row group")}`],
    ["version", String(version)],
    ["times", timeRange && formatRange(timeRange)],
    ["gaps", gaps.length > 0 ? formatCount(gaps.length) : undefined],
    ["overlaps", overlaps.length > 0 ? formatCount(overlaps.length) : undefined],
  ]);
}

function columnsText(screen: Screen, described: Described, isExact: boolean): string {
  const { columns } = described;
  const boundText = (column: ColumnDescription, value: unknown) => {
    const found = described.bound(column, value);
    return found === undefined ? "-" : cellText(found);
  };
  return formatTable(screen, [
    { title: "column", values: columns.map(({ name }) => name), style: "bold" },
    { title: "type", values: columns.map(({ type }) => type) },
    {
      title: "nulls",
      align: "right",
      values: columns.map(({ nullCount }) =>
        nullCount === undefined ? "-" : formatCount(nullCount),
      ),
    },
    { title: "min", values: columns.map((column) => boundText(column, column.min)) },
    { title: "max", values: columns.map((column) => boundText(column, column.max)) },
    {
      title: "size",
      align: "right",
      values: columns.map(({ compressedBytes }) => formatBytes(compressedBytes, isExact)),
    },
    { title: "codec", values: columns.map(({ codecs }) => codecs.join(",")), extra: 1 },
    {
      title: "encodings",
      values: columns.map(({ encodings }) => encodings.join(",")),
      extra: 2,
    },
  ]);
}

function groupsText(screen: Screen, { rowGroups }: TableDescription, isExact: boolean): string {
  return formatTable(screen, [
    { title: "group", align: "right", values: rowGroups.map((_, index) => String(index)) },
    { title: "segment", align: "right", values: rowGroups.map(({ segment }) => String(segment)) },
    {
      title: "rows",
      align: "right",
      values: rowGroups.map(({ rowCount }) => formatCount(rowCount)),
    },
    {
      title: "size",
      align: "right",
      values: rowGroups.map(({ compressedBytes }) => formatBytes(compressedBytes, isExact)),
    },
  ]);
}
