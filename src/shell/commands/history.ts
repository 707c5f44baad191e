import type { Stat, VersionInfo } from "../../index.ts";
import type { Call } from "../call.ts";
import type { Command, Output } from "../command.ts";
import { AT_FLAG, BYTES_FLAG } from "../command-description.ts";
import { misuse } from "../misuse.ts";
import { printable } from "../output/printable.ts";
import { formatFields, formatTable } from "../output/table.ts";
import { formatBytes, formatCount, formatRange, formatTime, isoTime } from "../output/units.ts";
import { typeName } from "./list.ts";

/** Tells what is known of entries. */
export const stat: Command = {
  name: "stat",
  summary: "Tell what is known of an entry, links followed.",
  arguments: [{ name: "PATH", kind: "path", many: true, summary: "Paths or patterns." }],
  flags: [BYTES_FLAG, AT_FLAG],
  examples: [{ line: "stat /obs.series", summary: "Type, size, rows, times, version and hash." }],
  json: "A list of `{ path, type, size, rows, version, time, timeRange, sha256, nodeId, attributes }`.",
  async run(call: Call): Promise<Output> {
    const root = await call.root();
    const found: Stat[] = [];
    for (const path of await call.paths(call.words, root)) found.push(await root.stat(path));
    const isExact = call.flags.isOn("bytes");
    return {
      data: found.map(({ name: _, entryType, rowCount, timestamp, timeRange, ...told }) => ({
        ...told,
        type: entryType,
        rows: rowCount,
        time: isoTime(timestamp),
        timeRange: timeRange && { min: isoTime(timeRange.min), max: isoTime(timeRange.max) },
      })),
      text: (screen) =>
        found
          .map((entry) => {
            const { timeRange, attributes, rowCount } = entry;
            const isFile = entry.entryType !== "Directory";
            return formatFields(screen, [
              ["path", entry.path],
              ["type", typeName(entry.entryType)],
              ["size", isFile ? formatBytes(entry.size, isExact) : undefined],
              ["rows", rowCount === undefined ? undefined : formatCount(rowCount)],
              ["times", timeRange && formatRange(timeRange)],
              ["version", String(entry.version)],
              ["time", formatTime(entry.timestamp)],
              ["sha256", entry.sha256 || undefined],
              ["node", entry.nodeId],
              ...Object.entries(attributes).map(
                ([name, value]) => [`@${printable(name)}`, String(value)] as const,
              ),
            ]);
          })
          .join("\n\n"),
    };
  },
};

/** Lists the versions of an entry. */
export const versions: Command = {
  name: "versions",
  summary: "List the versions of an entry, the newest first; also of one that was removed.",
  arguments: [{ name: "PATH", kind: "path", summary: "A path." }],
  flags: [
    { name: "limit", short: "n", value: "N", summary: "At most so many.", default: "all" },
    BYTES_FLAG,
  ],
  examples: [{ line: "versions /notes/a.md", summary: "All versions that are kept." }],
  json: "A list of `{ version, seq, time, size, sha256 }`.",
  async run(call: Call): Promise<Output> {
    const limit = call.flags.count("limit") ?? Number.POSITIVE_INFINITY;
    const found: VersionInfo[] = [];
    for await (const version of call.pond.root.versions(await call.onePath(0))) {
      call.signal?.throwIfAborted();
      if (found.length >= limit) break;
      found.push(version);
    }
    const isExact = call.flags.isOn("bytes");
    return {
      data: found.map(({ version, txnSeq, timestamp, size, sha256 }) => ({
        version,
        seq: txnSeq,
        time: isoTime(timestamp),
        size,
        sha256,
      })),
      text: (screen) =>
        formatTable(screen, [
          { title: "version", align: "right", values: found.map(({ version }) => String(version)) },
          { title: "seq", align: "right", values: found.map(({ txnSeq }) => String(txnSeq)) },
          { title: "time", values: found.map(({ timestamp }) => formatTime(timestamp)) },
          {
            title: "size",
            align: "right",
            values: found.map(({ size }) => formatBytes(size, isExact)),
          },
          { title: "sha256", values: found.map(({ sha256 }) => sha256.slice(0, 12)), style: "dim" },
        ]),
    };
  },
};

/** Brings an old version back. */
export const restore: Command = {
  name: "restore",
  summary: "Make an old version the newest, or bring back what was removed.",
  arguments: [
    { name: "PATH", kind: "path", summary: "A path, also of what was removed." },
    {
      name: "VERSION",
      kind: "number",
      optional: true,
      summary: "As `versions` lists it. Default: as it was last.",
    },
  ],
  flags: [],
  examples: [
    { line: "restore /notes/a.md 3", summary: "Version 3 again, as a new version." },
    { line: "restore /notes/gone.md", summary: "What was removed." },
  ],
  json: "`{ path, version, size }`: the version that was made.",
  async run(call: Call): Promise<Output> {
    const path = call.path(0);
    const written = call.words[1]?.text;
    if (written !== undefined && !/^\d+$/.test(written)) {
      throw misuse(call.command, `VERSION "${written}" is no whole number`);
    }
    const { version, size } = await call.write((root) =>
      root.restore(path, written === undefined ? undefined : Number(written)),
    );
    return {
      data: { path, version, size },
      text: () => printable(`restored ${path} as version ${version}`),
    };
  },
};

/** Names commits. */
export const tag: Command = {
  name: "tag",
  summary: "List the tags, name a commit, or drop a name. What a tag shows is kept.",
  arguments: [
    { name: "NAME", kind: "tag", optional: true, summary: "The tag." },
    { name: "SEQ", kind: "number", optional: true, summary: "The commit. Default: the newest." },
  ],
  flags: [
    {
      name: "delete",
      short: "d",
      summary: "Drop the name; the commit stays until retention drops it.",
    },
  ],
  examples: [
    { line: "tag", summary: "All tags." },
    { line: "tag 'before the clean-up'", summary: "Name the newest commit." },
    { line: "tag -d draft", summary: "Drop a name." },
  ],
  json: "A list of `{ name, seq }`: all tags, or the one that was made or dropped.",
  async run(call: Call): Promise<Output> {
    const { pond, words } = call;
    if (words.length === 0) {
      if (call.flags.isOn("delete")) throw misuse(call.command, "NAME is missing");
      const tags = await pond.tags();
      return {
        data: tags,
        text: (screen) =>
          tags.length === 0
            ? ""
            : formatTable(screen, [
                { title: "seq", align: "right", values: tags.map(({ seq }) => String(seq)) },
                { title: "tag", values: tags.map(({ name }) => name) },
              ]),
      };
    }
    const name = call.word(0);
    const written = words[1]?.text;
    if (written !== undefined && !/^\d+$/.test(written)) {
      throw misuse(call.command, `SEQ "${written}" is no whole number`);
    }
    if (!call.flags.isOn("delete")) {
      const made = await pond.tag(name, written === undefined ? undefined : Number(written));
      return { data: [made], text: () => printable(`tagged commit ${made.seq} as ${made.name}`) };
    }
    const dropped = (await pond.tags()).filter((one) => one.name === name);
    await pond.untag(name);
    return { data: dropped, text: () => printable(`dropped the tag ${name}`) };
  },
};
