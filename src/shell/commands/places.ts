import type { GlobMatch } from "../../index.ts";
import type { Call } from "../call.ts";
import type { Command, Output } from "../command.ts";
import { AT_FLAG } from "../command-description.ts";
import { absolutePattern } from "../find-paths.ts";
import { misuse } from "../misuse.ts";
import { printable } from "../output/printable.ts";
import { formatTable } from "../output/table.ts";
import { typeName } from "./list.ts";

/** Changes the working directory. */
export const cd: Command = {
  name: "cd",
  summary: "Change the directory that paths begin at.",
  arguments: [
    { name: "PATH", kind: "path", optional: true, summary: "A directory. Default: `/`." },
  ],
  flags: [],
  examples: [{ line: "cd /data", summary: "Paths begin there." }],
  json: "The directory.",
  async run(call: Call): Promise<Output> {
    const path = call.words.length > 0 ? await call.onePath(0) : "/";
    const { entryType } = await call.pond.root.stat(path);
    if (entryType !== "Directory") throw misuse(call.command, `"${path}" is no directory`);
    call.session.cwd = path;
    return { data: path, text: () => "" };
  },
};

/** Tells the working directory. */
export const pwd: Command = {
  name: "pwd",
  summary: "Tell the directory that paths begin at.",
  arguments: [],
  flags: [],
  examples: [],
  json: "The directory.",
  async run(call: Call): Promise<Output> {
    const { cwd } = call.session;
    return { data: cwd, text: () => printable(cwd) };
  },
};

/** Tells what a pattern finds. */
export const glob: Command = {
  name: "glob",
  summary: "Tell what patterns find, and what their wildcards stand for.",
  details:
    "`*`, `?`, `[a-z]`, `[!a-z]` and `{a,b}` within a name, `**` for any depth. Quoted characters are no wildcards.",
  arguments: [{ name: "PATTERN", kind: "pattern", many: true, summary: "Patterns." }],
  flags: [AT_FLAG],
  examples: [{ line: "glob /data/*/*.parquet", summary: "Paths with two captures each." }],
  json: "A list of `{ path, type, captures }`.",
  async run(call: Call): Promise<Output> {
    const root = await call.root();
    const found: GlobMatch[] = [];
    for (const word of call.words) {
      const pattern = absolutePattern(call.session.cwd, word.pattern ?? word.text);
      for await (const match of root.glob(pattern)) {
        call.signal?.throwIfAborted();
        found.push(match);
      }
    }
    return {
      data: found.map(({ path, entryType, captures }) => ({ path, type: entryType, captures })),
      text: (screen) =>
        found.length === 0
          ? ""
          : formatTable(screen, [
              { title: "type", values: found.map(({ entryType }) => typeName(entryType)) },
              { title: "path", values: found.map(({ path }) => path) },
              { title: "captures", values: found.map(({ captures }) => captures.join(" | ")) },
            ]),
    };
  },
};
