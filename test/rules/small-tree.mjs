// A TinyPond of a few lines: every layer, both workers and the demo, green at every gate. The gates
// are tried on it, and not on the real sources, so that a fault is the only thing they can find.
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const repository = fileURLToPath(new URL("../..", import.meta.url));

/** The gates' own configuration, tools and shared sources, taken as they are. */
const COPIED = [
  "package.json",
  "biome.json",
  ".dependency-cruiser.mjs",
  ".gitignore",
  ".oxlintrc.json",
  "knip.json",
  "typedoc.json",
  "tsconfig.json",
  "tsconfig.build.json",
  "tsconfig.test.json",
  "vite.config.ts",
  "web-test-runner.config.mjs",
  "tools",
  "test/package",
  "test/rules",
  "test/runner",
  "demo/tsconfig.json",
  "bench/tsconfig.json",
  "test/types/tsconfig.json",
  "LICENSE",
  "src/symbols.ts",
  "src/opfs.d.ts",
];

/** What serves only tests that the small tree does not have. */
const LEFT_OUT = ["tools/run-faults.mjs", "tools/run-soak.mjs", "test/runner/pages-over-build.mjs"];

const SOURCES = {
  "README.md": "# tinypond\n",
  "CHANGELOG.md": "# Changelog\n",
  "src/index.ts": `import "./symbols.ts";

export { openPond, type Pond } from "./pond.ts";
`,
  "src/pond.ts": `import { readRows } from "./arrow/index.ts";
import { splitPath } from "./tinyfs/index.ts";
import { openOplog } from "./tlogfs/oplog.ts";
import { startParquet } from "./worker/parquet-client.ts";
import { startStorage } from "./worker/storage-client.ts";

/** An open pond. */
export interface Pond {
  /** The names on a path. */
  names(path: string): string[];
  /** Counts the rows of a table. */
  countRows(bytes: Uint8Array): Promise<number>;
}

/** Opens a pond. */
export async function openPond(name: string): Promise<Pond> {
  const storage = startStorage();
  const parquet = startParquet();
  await openOplog(name);
  storage.terminate();
  parquet.terminate();
  return { names: splitPath, countRows: readRows };
}
`,
  "src/tinyfs/index.ts": `import "../symbols.ts";

export { splitPath } from "./path.ts";
`,
  "src/tinyfs/path.ts": `/** Splits a path into its names. */
export function splitPath(path: string): string[] {
  return path.split("/").filter((name) => name !== "");
}
`,
  "src/worker/storage-client.ts": `/** Starts the storage worker. */
export function startStorage(): Worker {
  return new Worker(new URL("./storage.worker.js", import.meta.url), { type: "module" });
}
`,
  "src/worker/parquet-client.ts": `/** Starts the Parquet worker. */
export function startParquet(): Worker {
  return new Worker(new URL("./parquet.worker.js", import.meta.url), { type: "module" });
}
`,
  "src/worker/storage.worker.ts": `import "../symbols.ts";
import { expose } from "comlink";
import { splitPath } from "../tinyfs/index.ts";

expose({ splitPath });
`,
  "src/worker/parquet.worker.ts": `import "../symbols.ts";
import { expose } from "comlink";
import init, { readParquet } from "parquet-wasm/esm";

const api = {
  async read(bytes: Uint8Array): Promise<Uint8Array> {
    await init();
    return readParquet(bytes).intoIPCStream();
  },
};

expose(api);
`,
  "src/tlogfs/oplog.ts": `import { createStore, get } from "idb-keyval";

/** Opens the log of a pond. */
export async function openOplog(name: string): Promise<unknown> {
  return await get("meta", createStore(name, "oplog"));
}
`,
  "src/arrow/index.ts": `import "../symbols.ts";

type Arrow = typeof import("apache-arrow");

/** Counts the rows of an Arrow IPC stream. */
export async function readRows(bytes: Uint8Array): Promise<number> {
  const { tableFromIPC }: Arrow = await import("apache-arrow");
  return tableFromIPC(bytes).numRows;
}
`,
  "src/interop/index.ts": `import "../symbols.ts";

export { toLines } from "./lines.ts";
`,
  "src/interop/lines.ts": `import { splitPath } from "../tinyfs/index.ts";

/** One name a line. */
export function toLines(path: string): string {
  return splitPath(path).join("\\n");
}
`,
  "src/shell/index.ts": `import "../symbols.ts";

export { run } from "./run.ts";
`,
  "src/shell/run.ts": `import mri from "mri";
import type { Pond } from "../index.ts";

/** Runs a line. */
export function run(pond: Pond, line: string): string[] {
  return mri(line.split(" "))._.flatMap((path) => pond.names(path));
}
`,
  "test/path.test.ts": `import { splitPath } from "../src/tinyfs/index.ts";

describe("splitPath()", () => {
  it("drops empty names", () => {
    if (splitPath("//a").length !== 1) throw new Error("empty name");
  });
});
`,
  "test/types/pond.ts": `import { expectTypeOf } from "expect-type";
import { openPond } from "tinypond";

const pond = await openPond("types");
expectTypeOf(pond.names("/a")).toEqualTypeOf<string[]>();
`,
  "demo/index.html": `<!doctype html><title>demo</title><script type="module" src="./main.ts"></script>
`,
  "bench/run.mjs": "console.log(1);\n",
  "bench/page/main.ts": `import { openPond } from "tinypond";

const pond = await openPond("bench");
document.title = pond.names("/a").join(" ");
`,
  "demo/main.ts": `import { openPond } from "tinypond";
import { splitPath } from "tinypond/tinyfs";

const pond = await openPond("demo");
document.title = pond.names("/a/b").concat(splitPath("/c")).join(" ");
`,
};

/** Makes the tree in a temporary folder. `extra` files are added to it. */
export function makeSmallTree(extra = {}) {
  const folder = mkdtempSync(join(tmpdir(), "tinypond-rules-"));
  for (const path of COPIED)
    cpSync(join(repository, path), join(folder, path), { recursive: true });
  for (const path of LEFT_OUT) rmSync(join(folder, path));
  symlinkSync(join(repository, "node_modules"), join(folder, "node_modules"));
  const tree = new SmallTree(folder);
  tree.write({ ...SOURCES, ...extra });
  return tree;
}

/** A folder with the small tree in it, into which faults are planted and taken out again. */
class SmallTree {
  /** Absolute path of its root. */
  folder;

  constructor(folder) {
    this.folder = folder;
  }

  /** Writes files, given as path and text, or as path and a function of the present text. */
  write(files) {
    for (const [path, content] of Object.entries(files)) {
      const target = join(this.folder, path);
      mkdirSync(dirname(target), { recursive: true });
      writeFileSync(target, typeof content === "function" ? content(this.read(path)) : content);
    }
  }

  /** The text of a file. */
  read(path) {
    return readFileSync(join(this.folder, path), "utf8");
  }

  /** Writes lists of files, one over the other, runs `use`, and puts back what was there. */
  async with(plants, use) {
    const paths = new Set(plants.flatMap(Object.keys));
    const before = [...paths].map((path) => [path, this.#readIfThere(path)]);
    for (const files of plants) this.write(files);
    try {
      return await use();
    } finally {
      for (const [path, text] of before) this.#restore(path, text);
    }
  }

  /** Deletes the folder. */
  remove() {
    rmSync(this.folder, { recursive: true, force: true });
  }

  #readIfThere(path) {
    try {
      return this.read(path);
    } catch (error) {
      if (error.code === "ENOENT") return undefined;
      throw error;
    }
  }

  #restore(path, text) {
    if (text === undefined) rmSync(join(this.folder, path));
    else this.write({ [path]: text });
  }
}
