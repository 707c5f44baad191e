import type { ArrowWD } from "../../index.ts";
import type { Call } from "../call.ts";
import type { Command, Output } from "../command.ts";
import { misuse } from "../misuse.ts";
import { printable } from "../output/printable.ts";
import { counted } from "../output/units.ts";
import { baseName, joinPath } from "../paths.ts";

/** What was done to paths. */
interface Done {
  readonly from?: string;
  readonly path: string;
}

/** Makes directories. */
export const mkdir: Command = {
  name: "mkdir",
  summary: "Make directories.",
  arguments: [{ name: "PATH", kind: "path", many: true, summary: "The directories." }],
  flags: [
    { name: "parents", short: "p", summary: "Also their parents; one that is there is no error." },
  ],
  examples: [{ line: "mkdir -p /data/2026/11", summary: "A directory and those above it." }],
  json: "A list of `{ path }`.",
  async run(call: Call): Promise<Output> {
    const recursive = call.flags.isOn("parents");
    const paths = call.words.map((_, index) => call.path(index));
    await call.write(async (root) => {
      for (const path of paths) await root.createDir(path, { recursive });
    });
    return told(
      "made",
      paths.map((path) => ({ path })),
    );
  },
};

/** Makes a link. */
export const link: Command = {
  name: "link",
  aliases: ["ln"],
  summary: "Make a symbolic link.",
  arguments: [
    {
      name: "TARGET",
      kind: "path",
      summary: "Where it points: kept as it is written, need not be there.",
    },
    { name: "PATH", kind: "path", summary: "The link." },
  ],
  flags: [],
  examples: [{ line: "link /data/2026 /data/latest", summary: "A link to a directory." }],
  json: "A list of one `{ from, path }`: the target and the link.",
  async run(call: Call): Promise<Output> {
    const [from, path] = [call.word(0), call.path(1)];
    await call.write((root) => root.createSymlink(path, from));
    return told("linked", [{ from, path }]);
  },
};

/** Moves entries. */
export const move: Command = {
  name: "move",
  aliases: ["mv", "rename"],
  summary: "Move or rename; identity and history are kept.",
  arguments: [
    { name: "SOURCE", kind: "path", many: true, summary: "What is moved." },
    { name: "DEST", kind: "path", summary: "The new path, or a directory to move into." },
  ],
  flags: [{ name: "replace", summary: "Replace what stands there." }],
  examples: [
    { line: "move /notes/a.md /notes/b.md", summary: "Rename." },
    { line: "move /inbox/*.parquet /data", summary: "Move into a directory, all or nothing." },
  ],
  json: "A list of `{ from, path }`.",
  async run(call: Call): Promise<Output> {
    const replace = call.flags.isOn("replace");
    const done = await call.write(async (root) => {
      const moves = await destinations(call, root);
      for (const { from, path } of moves) await root.rename(from, path, { replace });
      return moves;
    });
    return told("moved", done);
  },
};

/** Removes entries. */
export const remove: Command = {
  name: "remove",
  aliases: ["rm", "delete"],
  summary: "Remove entries; `restore` brings them back as long as history is kept.",
  arguments: [{ name: "PATH", kind: "path", many: true, summary: "What is removed." }],
  flags: [
    { name: "recursive", short: "r", summary: "Also directories with what is in them." },
    { name: "dry-run", summary: "Only tell what would be removed." },
    { name: "purge", summary: "With all history and all that is below, for good." },
  ],
  examples: [
    { line: "remove -r /tmp", summary: "A directory." },
    { line: "remove --dry-run /data/**/*.csv", summary: "What a pattern would remove." },
  ],
  json: "A list of `{ path }`.",
  async run(call: Call): Promise<Output> {
    const { flags } = call;
    if (flags.isOn("dry-run")) {
      const paths = await call.paths(call.words, call.pond.root);
      for (const path of paths) await call.pond.root.stat(path);
      return told(
        "would remove",
        paths.map((path) => ({ path })),
      );
    }
    if (flags.isOn("purge")) return purge(call);
    const recursive = flags.isOn("recursive");
    const removed = await call.write(async (root) => {
      const paths = outermost(await call.paths(call.words, root), recursive);
      for (const path of paths) await root.remove(path, { recursive });
      return paths;
    });
    return told(
      "removed",
      removed.map((path) => ({ path })),
    );
  },
};

/** Each by itself: a purge is no part of a transaction. What was removed before has no pattern. */
async function purge(call: Call): Promise<Output> {
  const paths = outermost(await call.paths(call.words), true);
  for (const path of paths) {
    call.signal?.throwIfAborted();
    await call.pond.root.purge(path);
  }
  return told(
    "purged",
    paths.map((path) => ({ path })),
  );
}

/** A directory goes with what is below it, and `**` finds both; else what is below goes first. */
function outermost(paths: readonly string[], isRecursive: boolean): string[] {
  if (!isRecursive) return paths.toSorted((one, other) => other.length - one.length);
  const all = new Set(paths);
  return paths.filter((path) => {
    for (let at = path.lastIndexOf("/"); at > 0; at = path.lastIndexOf("/", at - 1)) {
      if (all.has(path.slice(0, at))) return false;
    }
    return true;
  });
}

/** Where each source goes: into the directory that the last word names, or to that path. */
export async function destinations(
  call: Call,
  root: ArrowWD,
): Promise<{ readonly from: string; readonly path: string }[]> {
  const sources = await call.paths(call.words.slice(0, -1), root);
  const last = call.words.length - 1;
  if (last < 1) throw misuse(call.command, "DEST is missing");
  const path = call.path(last);
  if (await isInto(root, path, call.word(last))) {
    return sources.map((from) => ({ from, path: joinPath(path, baseName(from)) }));
  }
  const [from, other] = sources;
  if (from === undefined || other !== undefined) {
    throw misuse(
      call.command,
      `"${path}" is no directory, and there are ${sources.length} sources`,
    );
  }
  return [{ from, path }];
}

/** Whether a path means the directory that stands there, or is to stand there. */
export async function isInto(root: ArrowWD, path: string, written: string): Promise<boolean> {
  const isThere = path === "/" || (await root.exists(path));
  return isThere ? (await root.getEntryType(path)) === "Directory" : written.endsWith("/");
}

/** A line for each path. */
export function told(what: string, done: readonly Done[]): Output {
  const lines = done.map(({ from, path }) =>
    printable(from === undefined ? `${what} ${path}` : `${what} ${from} -> ${path}`),
  );
  const most = 50;
  return {
    data: done,
    text: () =>
      [
        ...lines.slice(0, most),
        ...(lines.length > most ? [`… ${what} ${counted(lines.length, "path")} in all`] : []),
      ].join("\n"),
  };
}
