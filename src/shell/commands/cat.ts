import type { ArrowWD } from "../../index.ts";
import type { Call } from "../call.ts";
import type { Command, Output } from "../command.ts";
import { AT_FLAG, type FlagDescription } from "../command-description.ts";
import { misuse } from "../misuse.ts";
import { printableLines } from "../output/printable.ts";
import { type Screen, styled } from "../output/screen.ts";
import { formatTable } from "../output/table.ts";
import { readRows, rowColumns, rowObjects } from "../rows/read-rows.ts";
import { ROW_FLAGS, readOptions } from "../rows/row-flags.ts";
import { ShellError } from "../shell-error.ts";

/** More bytes of a text or a dump are not read at once: a terminal is no place for them. */
const MOST_BYTES = 1 << 20;

const HEX_WIDTH = 16;

const FLAGS = (limit: string): readonly FlagDescription[] => [
  {
    name: "limit",
    short: "n",
    value: "N",
    summary: "At most so many rows, or lines of a text; 0 for all.",
    default: limit,
  },
  ...ROW_FLAGS,
  { name: "hex", short: "x", summary: "Show bytes in hexadecimal, whatever they are." },
  AT_FLAG,
];

const JSON_TEXT =
  "Of a table or a series `{ path, columns, rows, more }`: `columns` are `{ name, type }`, `rows` objects, `more` whether there are more. Of a text `{ path, text, more }`, with `--hex` `{ path, base64, more }`.";

/** Prints what is in a file. */
export const cat: Command = {
  name: "cat",
  summary: "Print the rows of a table or a series, or a text.",
  details:
    "Bytes that are no UTF-8 text are refused without `--hex`; of texts and bytes 1 MiB is read at most.",
  arguments: [{ name: "PATH", kind: "path", summary: "A file." }],
  flags: FLAGS("1000"),
  examples: [
    { line: "cat /notes/a.md", summary: "A text." },
    {
      line: `cat /obs.series -c t,temp -f '{"temp":{"$gt":30}}' -t 2026-11-01..`,
      summary: "Some rows and columns of a series.",
    },
    { line: "cat --hex -n 4 /logo.png", summary: "The first 64 bytes of any file." },
  ],
  json: JSON_TEXT,
  run: (call) => print(call, 1000),
};

/** Prints how a file begins. */
export const head: Command = {
  name: "head",
  summary: "Print the first rows of a table or a series, or the first lines of a text.",
  arguments: [{ name: "PATH", kind: "path", summary: "A file." }],
  flags: FLAGS("10"),
  examples: [{ line: "head -n 3 /flights.parquet", summary: "Three rows." }],
  json: JSON_TEXT,
  run: (call) => print(call, 10),
};

async function print(call: Call, most: number): Promise<Output> {
  const root = await call.root();
  const path = await call.onePath(0);
  const limit = call.flags.count("limit") ?? most;
  const { entryType } = await root.stat(path);
  if (call.flags.isOn("hex")) return dump(call, root, path, limit);
  if (entryType === "FileTable" || entryType === "FileSeries") {
    return printRows(call, root, path, limit);
  }
  const flag = ROW_FLAGS.find(({ name }) => name !== "version" && call.flags.text(name));
  if (flag) throw misuse(call.command, `--${flag.name} is for tables and series`);
  return printText(call, root, path, limit);
}

async function printRows(call: Call, root: ArrowWD, path: string, limit: number): Promise<Output> {
  const { signal } = call;
  const version = call.flags.count("version");
  const { schema } = await root.describe(path, { version, signal });
  const options = readOptions(call.flags, schema, signal);
  const rows = await readRows(root, path, { schema, limit, options });
  return {
    data: { path, columns: rows.columns, rows: rowObjects(rows), more: rows.hasMore },
    text: (screen) => withMore(screen, formatTable(screen, rowColumns(rows)), rows.hasMore),
  };
}

async function printText(call: Call, root: ArrowWD, path: string, limit: number): Promise<Output> {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let text = "";
  const { isWhole } = await readUpTo(call, root, path, MOST_BYTES, (bytes) => {
    text += decode(decoder, bytes, path);
    const end = limit > 0 ? linesEnd(text, limit) : -1;
    return end >= 0 && end < text.length;
  });
  if (isWhole) text += decode(decoder, undefined, path);
  const end = limit > 0 ? linesEnd(text, limit) : -1;
  const shown = end >= 0 ? text.slice(0, end) : text;
  const more = !isWhole || shown.length < text.length;
  return {
    data: { path, text: shown, more },
    text: (screen) => withMore(screen, printableLines(shown).replace(/\n$/, ""), more),
  };
}

async function dump(call: Call, root: ArrowWD, path: string, limit: number): Promise<Output> {
  const most = limit > 0 ? Math.min(MOST_BYTES, limit * HEX_WIDTH) : MOST_BYTES;
  const { bytes, isWhole } = await readUpTo(call, root, path, most);
  return {
    data: { path, base64: bytes, more: !isWhole },
    text: (screen) => withMore(screen, hexText(bytes), !isWhole),
  };
}

/** Reads so many bytes at most; whoever looks at them may have enough before. */
async function readUpTo(
  call: Call,
  root: ArrowWD,
  path: string,
  most: number,
  hasEnough: (bytes: Uint8Array) => boolean = () => false,
): Promise<{ readonly bytes: Uint8Array; readonly isWhole: boolean }> {
  const { signal, flags } = call;
  const version = flags.count("version");
  const stream = await root.asyncReader(path, { signal, ...(version && { version }) });
  const reader = stream.getReader();
  const parts: Uint8Array[] = [];
  let size = 0;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return { bytes: await joined(parts), isWhole: true };
      const part = value.subarray(0, most - size);
      parts.push(part);
      size += part.byteLength;
      if (hasEnough(part) || part.byteLength < value.byteLength) {
        return { bytes: await joined(parts), isWhole: false };
      }
    }
  } finally {
    await reader.cancel();
  }
}

async function joined(parts: Uint8Array[]): Promise<Uint8Array> {
  return new Uint8Array(await new Blob(parts as Uint8Array<ArrayBuffer>[]).arrayBuffer());
}

function decode(decoder: TextDecoder, bytes: Uint8Array | undefined, path: string): string {
  try {
    const text = decoder.decode(bytes, { stream: bytes !== undefined });
    if (!text.includes("\0")) return text;
  } catch (cause) {
    throw notText(path, cause);
  }
  throw notText(path);
}

function notText(path: string, cause?: unknown): ShellError {
  const message = `Cannot print "${path}": it is no UTF-8 text. Use --hex`;
  return new ShellError("NOT_TEXT", message, cause === undefined ? {} : { cause });
}

/** Where so many lines end; -1 where there are no more than that. */
function linesEnd(text: string, lines: number): number {
  let at = -1;
  for (let line = 0; line < lines; line += 1) {
    at = text.indexOf("\n", at + 1);
    if (at < 0) return -1;
  }
  return at + 1;
}

function hexText(bytes: Uint8Array): string {
  const lines: string[] = [];
  for (let at = 0; at < bytes.length; at += HEX_WIDTH) {
    const row = Array.from(bytes.subarray(at, at + HEX_WIDTH));
    const hex = row.map((byte) => byte.toString(16).padStart(2, "0")).join(" ");
    const shown = row.map((byte) =>
      byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : ".",
    );
    const offset = at.toString(16).padStart(8, "0");
    lines.push(`${offset}  ${hex.padEnd(3 * HEX_WIDTH - 1)}  ${shown.join("")}`);
  }
  return lines.join("\n");
}

function withMore(screen: Screen, text: string, hasMore: boolean): string {
  if (!hasMore) return text;
  return `${text}\n${styled(screen, "… there is more: -n says how much is shown", "dim")}`;
}
