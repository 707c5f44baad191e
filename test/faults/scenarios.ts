import type { PondOptions } from "../../src/pond-options.ts";
import { linkCompaction, openCommittedSegments } from "../../src/tinyfs/compact.ts";
import type { StagedTree } from "../../src/tinyfs/staged-tree.ts";
import type { WD } from "../../src/tinyfs/wd.ts";
import { abandonPacks, abandonTemporary, plantOrphan, replaceByFormat1 } from "./leftovers.ts";
import { openTestPond, type TestPond, type TestPondOptions } from "./test-pond.ts";

const KIB = 1024;

/** What a pond is put through while a fault is planned. */
export interface Scenario {
  /** Leaves more behind than every pond of these tests has. The pond is closed. */
  readonly prepare?: (name: string) => Promise<void>;
  /** How the pond is opened. */
  readonly options?: Pick<PondOptions, "storage">;
  /** Without sync handles, as in WebKitGTK. */
  readonly withoutSyncHandles?: boolean;
  /** The step itself: one commit, or one run of maintenance. `undefined`: opening is the step. */
  readonly run?: (pond: TestPond) => Promise<unknown>;
  /** Whether the step may stop halfway: old versions are dropped one after the other. */
  readonly isGradual?: boolean;
}

/** The scenarios by name. */
export const scenarios: Readonly<Record<string, Scenario>> = {
  "write small": { run: ({ fs }) => fs.root.writeFile("/small.txt", textOf("anew")) },
  "write large": { run: ({ fs }) => fs.root.writeFile("/blob.bin", bytesOf(300 * KIB, 50)) },
  "write stream": {
    run: ({ fs }) => fs.root.writeFile("/stream.bin", streamOf(5 * KIB * KIB + 77, 51)),
  },
  "many small files": {
    run: ({ fs }) =>
      fs.transaction(async ({ root }) => {
        await root.createDir("/many");
        for (let n = 0; n < 150; n += 1) await root.writeFile(`/many/${n}`, bytesOf(KIB, 1000 + n));
      }),
  },
  "mixed transaction": {
    run: ({ fs }) =>
      fs.transaction(async ({ root }) => {
        await root.writeFile("/small.txt", textOf("anew"));
        await root.writeFile("/blob.bin", bytesOf(300 * KIB, 52));
        await root.writeFile("/new.bin", bytesOf(70 * KIB, 53));
        await root.rename("/tree", "/dir/tree");
        await root.remove("/dir/sub", { recursive: true });
        await append(root, 5, 90 * KIB);
        await root.rename("/history.txt", "/blob.old");
        await root.createSymlink("/link2", "/small.txt");
      }),
  },
  "append small": { run: ({ fs }) => append(fs.root, 6, 500) },
  "append large": { run: ({ fs }) => append(fs.root, 7, 80 * KIB) },
  "same bytes": { run: ({ fs }) => fs.root.writeFile("/twin.bin", bytesOf(200 * KIB, 3)) },
  "same bytes, streamed": {
    run: ({ fs }) => fs.root.writeFile("/film2.bin", streamOf(1200 * KIB, 4)),
  },
  "move a directory": { run: ({ fs }) => fs.root.rename("/tree", "/dir/tree") },
  "remove a directory": { run: ({ fs }) => fs.root.remove("/tree", { recursive: true }) },
  restore: { run: ({ fs }) => fs.root.restore("/blob.bin", 1) },
  "collect garbage": { run: ({ backend }) => backend.gc() },
  vacuum: { run: ({ fs }) => fs.vacuum({ keepVersions: 1 }), isGradual: true },
  compact: { run: ({ fs }) => compact(fs.root) },
  migrate: { prepare: replaceByFormat1 },
  "open after a crash": {
    prepare: async (name) => {
      await abandonTemporary(name, bytesOf(90 * KIB, 60));
      await abandonPacks(name, 3);
    },
  },
  "write large without sync handles": {
    withoutSyncHandles: true,
    run: ({ fs }) => fs.root.writeFile("/blob.bin", bytesOf(300 * KIB, 54)),
  },
  "write large in IndexedDB": {
    options: { storage: "indexeddb" },
    run: ({ fs }) => fs.root.writeFile("/blob.bin", bytesOf(300 * KIB, 55)),
  },
};

/** Paths that hold nothing, before or after, and have a history. */
export const REMOVED_PATHS: readonly string[] = ["/gone.bin"];

/** Makes the pond that each scenario finds: files of each kind, with history, and something to collect. */
export async function preparePond(
  name: string,
  scenario: Scenario,
  makeWorker: TestPondOptions["makeWorker"],
): Promise<void> {
  {
    await using pond = await openTestPond(name, { ...scenario.options, makeWorker });
    await fill(pond);
  }
  if (scenario.options?.storage === undefined) await plantOrphan(name, bytesOf(256 * KIB, 61));
  await scenario.prepare?.(name);
}

async function fill({ fs }: TestPond): Promise<void> {
  await fs.transaction(async ({ root }) => {
    await root.writeFile("/small.txt", textOf("first"));
    await root.writeFile("/inline.bin", bytesOf(40 * KIB, 1));
    await root.writeFile("/history.txt", textOf("version 1"));
    await root.writeFile("/blob.bin", bytesOf(150 * KIB, 2));
    await root.createDir("/dir/sub", { recursive: true });
    await root.writeFile("/dir/a.txt", textOf("a"));
    await root.writeFile("/dir/sub/b.bin", bytesOf(100 * KIB, 5));
    await root.createSymlink("/link", "/dir/a.txt");
    await root.createDir("/tree/x", { recursive: true });
    for (let n = 0; n < 5; n += 1) await root.writeFile(`/tree/x/${n}`, bytesOf(300, 10 + n));
    await root.writeFile("/tree/y.bin", bytesOf(70 * KIB, 6));
    await root.writeFile("/gone.bin", bytesOf(80 * KIB, 7));
    await root.writeFile("/film.bin", bytesOf(1200 * KIB, 4));
    await root.writeFile("/series", parquetOf(400, 20), { entryType: "FileSeries" });
  });
  const { root } = fs;
  await root.writeFile("/blob.bin", bytesOf(200 * KIB, 3));
  await root.writeFile("/history.txt", textOf("version 2"));
  await append(root, 1, 70 * KIB);
  await append(root, 2, 400);
  await fs.transaction(async (tx) => {
    await tx.root.remove("/gone.bin");
    await tx.root.writeFile("/history.txt", textOf("version 3"));
  });
}

function append(root: WD, seed: number, size: number): Promise<unknown> {
  return root.writeFile("/series", parquetOf(size, 20 + seed), {
    entryType: "FileSeries",
    append: true,
  });
}

/** Joins the segments as this pond reads them: end to end. */
async function compact(root: WD): Promise<unknown> {
  const { context } = root;
  const { session } = context;
  const base = await openCommittedSegments(context, "/series");
  if (!base) throw new Error("There is nothing to compact");
  const content = await session.services.persistence.stageBytes(
    new Uint8Array(await root.readFile("/series")),
  );
  const link = (tree: StagedTree) =>
    linkCompaction(tree, context, "/series", base, [{ content, rowCount: 0 }]);
  try {
    return await session.write(link, [content]);
  } finally {
    await base.close();
  }
}

function textOf(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text.repeat(20)) as Uint8Array<ArrayBuffer>;
}

/** Bytes that differ from page to page and from seed to seed. */
export function bytesOf(size: number, seed: number): Uint8Array<ArrayBuffer> {
  const words = new Uint32Array(Math.ceil(size / 4));
  let state = Math.imul(seed, 2654435761);
  for (let index = 0; index < words.length; index += 1) {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    words[index] = state;
  }
  return new Uint8Array(words.buffer, 0, size);
}

/** Bytes that begin and end as those of a Parquet file. */
function parquetOf(size: number, seed: number): Uint8Array<ArrayBuffer> {
  const bytes = bytesOf(size, seed);
  const magic = new TextEncoder().encode("PAR1");
  bytes.set(magic, 0);
  bytes.set(magic, size - magic.byteLength);
  return bytes;
}

function streamOf(size: number, seed: number): ReadableStream<Uint8Array> {
  return new Blob([bytesOf(size, seed)]).stream();
}
