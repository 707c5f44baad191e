import type { ArrowWD } from "../../index.ts";
import type { Call } from "../call.ts";
import type { Command, Output } from "../command.ts";
import { AT_FLAG, type FlagDescription } from "../command-description.ts";
import { hostName } from "../host-access.ts";
import { misuse } from "../misuse.ts";
import { baseName, directoryOf, joinPath, splitExtension } from "../paths.ts";
import type { Word } from "../read-words.ts";
import { type FileKind, formatOf } from "../rows/batches-of.ts";
import { destinations, isInto, told } from "./entries.ts";
import { type FileSource, takeIn } from "./take-in.ts";

const AS_FLAG: FlagDescription = {
  name: "as",
  value: "TYPE",
  choices: ["data", "table", "series"],
  summary:
    "What it becomes in the pond. Parquet, CSV, TSV and Arrow IPC can become tables and series.",
  default: "a table for these, else data",
};

/** Copies in the pond, into it, and out of it. */
export const copy: Command = {
  name: "copy",
  aliases: ["cp"],
  summary: "Copy in the pond, into it from files of the host, or out of it.",
  details:
    "`host:NAME` is a file outside of the pond: of the option `files` in a program, and in the page one that is chosen (`host:`) or downloaded. Several sources, and folders, go into a directory. All of them are copied or none.",
  arguments: [
    { name: "SOURCE", kind: "host", many: true, summary: "Paths, patterns, or `host:NAME`." },
    { name: "DEST", kind: "host", summary: "A path, a directory to copy into, or `host:`." },
  ],
  flags: [AS_FLAG, { name: "replace", summary: "Replace what stands there." }, AT_FLAG],
  examples: [
    {
      line: "copy /data/a.parquet /data/b.parquet",
      summary: "A copy in the pond, which takes no room.",
    },
    { line: "copy host: /data", summary: "Choose files, and take them in." },
    { line: "copy --as series host:obs.csv /obs.series", summary: "A CSV file as a series." },
    { line: "copy /obs.series host:", summary: "A series out, as one Parquet file." },
    {
      line: "copy --as table /raw/a.csv /data/a.parquet",
      summary: "A CSV file of the pond as a table.",
    },
  ],
  json: "A list of `{ from, path }`, `host:NAME` being one of the two for what came in or went out; of what came in also `{ type, size, rows }`.",
  async run(call: Call): Promise<Output> {
    const dest = call.word(call.words.length - 1);
    const sources = call.words.slice(0, -1);
    const isFromHost = sources.some(({ text }) => hostName(text) !== undefined);
    if (call.flags.text("at") !== undefined && hostName(dest) === undefined) {
      throw misuse(
        call.command,
        "--at is for copies out of the pond: `restore` brings back old versions",
      );
    }
    if (hostName(dest) !== undefined) {
      if (isFromHost) throw misuse(call.command, "one of SOURCE and DEST is a path of the pond");
      return copyOut(call, sources, hostName(dest) ?? "");
    }
    const as = call.flags.choice("as") as FileKind | undefined;
    if (isFromHost || as !== undefined) return copyIn(call, sources, as);
    const replace = call.flags.isOn("replace");
    const done = await call.write(async (root) => {
      const copies = await destinations(call, root);
      for (const { from, path } of copies) await root.copy(from, path, { replace });
      return copies;
    });
    return told("copied", done);
  },
};

async function copyIn(call: Call, words: readonly Word[], as?: FileKind): Promise<Output> {
  const host = await hostSources(call, words);
  const last = call.words.length - 1;
  const dest = call.path(last);
  const create = call.flags.isOn("replace") ? "either" : "new";
  const done = await call.write(async (root) => {
    const sources = [...host, ...(await pondSources(call, words, root))];
    const into = await isInto(root, dest, call.word(last));
    if (!into && sources.length > 1) {
      throw misuse(
        call.command,
        `"${dest}" is no directory, and there are ${sources.length} sources`,
      );
    }
    const taken = [];
    for (const source of sources) {
      const kind = as ?? (formatOf(source.name) ? "table" : "data");
      const path = into ? joinPath(dest, nameInside(source.name, kind)) : dest;
      if (into && source.name.includes("/")) await makeParents(root, path);
      taken.push(await takeIn(call, root, path, source, { kind, create }));
    }
    return taken;
  });
  return told("copied", done);
}

async function hostSources(call: Call, words: readonly Word[]): Promise<FileSource[]> {
  const sources: FileSource[] = [];
  for (const { text } of words) {
    const name = hostName(text);
    if (name === undefined) continue;
    for (const file of await call.files.open(name)) {
      const inFolder = file.webkitRelativePath || file.name;
      sources.push({
        from: `host:${inFolder}`,
        name: inFolder,
        size: file.size,
        blob: file,
        stream: async () => file.stream(),
      });
    }
  }
  return sources;
}

async function pondSources(
  call: Call,
  words: readonly Word[],
  root: ArrowWD,
): Promise<FileSource[]> {
  const inPond = words.filter(({ text }) => hostName(text) === undefined);
  const sources: FileSource[] = [];
  for (const path of await call.paths(inPond, root)) {
    const { size } = await root.stat(path);
    const { signal } = call;
    sources.push({
      from: path,
      name: baseName(path),
      size,
      stream: () => root.asyncReader(path, { signal }),
    });
  }
  return sources;
}

/** What becomes a table is Parquet from then on, and is called so. */
function nameInside(name: string, kind: FileKind): string {
  const format = formatOf(name);
  if (kind === "data" || format === undefined) return name;
  if (kind === "table" && format === "parquet") return name;
  return `${splitExtension(name).stem}.${kind === "series" ? "series" : "parquet"}`;
}

async function makeParents(root: ArrowWD, path: string): Promise<void> {
  await root.createDir(directoryOf(path), { recursive: true });
}

async function copyOut(call: Call, words: readonly Word[], wanted: string): Promise<Output> {
  const root = await call.root();
  const paths = await call.paths(words, root);
  if (wanted !== "" && paths.length > 1) {
    throw misuse(
      call.command,
      `"host:${wanted}" is one name, and there are ${paths.length} sources`,
    );
  }
  const done = [];
  for (const path of paths) {
    const name = wanted || outsideName(path, (await root.stat(path)).entryType);
    await saveAsItIs(call, root, path, name);
    done.push({ from: path, path: `host:${name}` });
  }
  return told("copied", done);
}

/** Hands out the bytes of a file; a series as the one Parquet file that its segments make. */
async function saveAsItIs(call: Call, root: ArrowWD, path: string, name: string): Promise<void> {
  const { signal } = call;
  const { entryType, size } = await root.stat(path);
  if (entryType !== "FileSeries") {
    const stream = await root.asyncReader(path, { signal });
    const type = entryType === "FileTable" ? PARQUET_TYPE : "application/octet-stream";
    return call.files.save({ name, type, size, stream });
  }
  const source = await root.exportParquet(path, { signal });
  try {
    await call.files.save({
      name,
      type: PARQUET_TYPE,
      size: source.size,
      stream: source.stream(),
    });
  } finally {
    await source.close();
  }
}

/** The MIME type of Parquet files. */
export const PARQUET_TYPE = "application/vnd.apache.parquet";

function outsideName(path: string, entryType: string): string {
  const { stem, extension } = splitExtension(baseName(path));
  if (entryType !== "FileSeries" || extension === "parquet") return baseName(path);
  return extension === "series" ? `${stem}.parquet` : `${baseName(path)}.parquet`;
}
