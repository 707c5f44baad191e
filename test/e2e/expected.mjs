// What the original files hold, as other libraries read them in Node: hyparquet, apache-arrow and
// papaparse. Nothing of TinyPond is used here.
import { createHash } from "node:crypto";
import { readFileSync, statSync } from "node:fs";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import { tableFromIPC } from "apache-arrow";
import { parquetMetadata, parquetRead } from "hyparquet";
import { compressors } from "hyparquet-compressors";
import Papa from "papaparse";

/** The path of a data set of vega-datasets. */
export function dataFile(name) {
  return fileURLToPath(new URL(`../../node_modules/vega-datasets/data/${name}`, import.meta.url));
}

/** SHA-256 and length of a file on disk. */
export function fileDigest(path) {
  const sha256 = createHash("sha256").update(readFileSync(path)).digest("hex");
  return { size: statSync(path).size, sha256 };
}

const known = new Map();

/** The sums of a file's columns: computed once, for all browsers. */
export async function expectedSums(path, options) {
  const made = known.get(path) ?? (await sumsOf(path, options));
  known.set(path, made);
  return made;
}

function sumsOf(path, options) {
  if (path.endsWith(".parquet")) return parquetSums(path);
  return path.endsWith(".arrow") ? arrowSums(path) : csvSums(path, options);
}

async function parquetSums(path) {
  const bytes = readFileSync(path);
  const file = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
  const metadata = parquetMetadata(file);
  const names = metadata.schema.slice(1).map(({ name }) => name);
  const columns = new Map(names.map((name) => [name, newColumn(name)]));
  let rowStart = 0;
  for (const group of metadata.row_groups) {
    const rowEnd = rowStart + Number(group.num_rows);
    const onChunk = (chunk) => addValues(columns.get(chunk.columnName), chunk, rowStart, rowEnd);
    await parquetRead({ file, metadata, compressors, rowStart, rowEnd, parsers, onChunk });
    rowStart = rowEnd;
  }
  return [...columns.values()].map(finish);
}

/** Timestamps as the integers they are stored as. */
const parsers = { timestampFromMicroseconds: (micros) => micros };

function addValues(column, { columnData, rowStart }, first, end) {
  if (rowStart !== first || columnData.length !== end - first) {
    throw new Error(`hyparquet gave ${column.name} in pieces: ${rowStart}, ${columnData.length}`);
  }
  for (const value of columnData) add(column, value);
}

function arrowSums(path) {
  const table = tableFromIPC(readFileSync(path));
  return table.schema.fields.map(({ name }) => {
    const column = newColumn(name);
    for (const value of table.getChild(name)) add(column, value);
    return finish(column);
  });
}

/** `converters` makes a column's value of its text; a column without one is text. Empty is null. */
function csvSums(path, { converters }) {
  const { data, errors, meta } = Papa.parse(readFileSync(path, "utf8"), {
    header: true,
    skipEmptyLines: true,
  });
  if (errors.length > 0) throw new Error(`papaparse: ${basename(path)}: ${errors[0].message}`);
  return meta.fields.map((name) => {
    const column = newColumn(name);
    const convert = converters[name] ?? String;
    for (const row of data) add(column, row[name] === "" ? null : convert(row[name]));
    return finish(column);
  });
}

function newColumn(name) {
  return { name, rows: 0, nulls: 0, sum: undefined, hash: 0 };
}

function finish(column) {
  return { ...column, sum: String(column.sum ?? 0) };
}

const words = new DataView(new ArrayBuffer(8));

/** Adds a value to the sums; the hash also tells the order. Text counts by its UTF-8 bytes. */
function add(column, value) {
  column.rows += 1;
  if (value === null || value === undefined) {
    column.nulls += 1;
    mix(column, 0x9e3779b9);
  } else if (typeof value === "bigint") {
    column.sum = (column.sum ?? 0n) + value;
    mix(column, Number(BigInt.asIntN(32, value)));
  } else if (typeof value === "number") {
    column.sum = (column.sum ?? 0) + value;
    words.setFloat64(0, value);
    mix(column, words.getInt32(0));
    mix(column, words.getInt32(4));
  } else {
    const bytes = utf8(String(value));
    column.sum = (column.sum ?? 0) + bytes.length;
    for (const byte of bytes) mix(column, byte);
    mix(column, bytes.length);
  }
}

const encoded = new Map();

/** Few texts and many rows: each text is encoded once. */
function utf8(text) {
  const bytes = encoded.get(text) ?? Buffer.from(text);
  if (encoded.size < 100_000) encoded.set(text, bytes);
  return bytes;
}

function mix(column, value) {
  column.hash = Math.imul(column.hash ^ value, 16777619) ^ (column.hash >>> 15);
}
