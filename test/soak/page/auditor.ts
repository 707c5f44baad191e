import type { Pond } from "../../../src/index.ts";
import { openSegments } from "../../../src/tinyfs/open-file.ts";
import { sourceToBytes } from "../../../src/tinyfs/streams.ts";
import { COUNTERS, counterPath, openSoakPond, SERIES, writerOf } from "./soak-pond.ts";

/** What a pond holds after a soak. */
export interface Audit {
  readonly counters: number;
  /** Who wrote each file, and in which commit. */
  readonly files: readonly { path: string; id: string; seq: number }[];
  /** The ids of all segments, by series. */
  readonly series: Readonly<Record<string, readonly string[]>>;
  readonly findings: readonly unknown[];
  readonly temporaries: readonly string[];
  /** What a second collection still found. */
  readonly deletedTwice: number;
}

/** Reads everything, on a pond that nobody else has open. */
export class Auditor {
  async audit(): Promise<Audit> {
    const pond = await openSoakPond();
    try {
      await pond.gc();
      const { deletedCount, sweptTemporaries } = await pond.gc();
      return {
        counters: await sumOfCounters(pond),
        files: await readFiles(pond),
        series: Object.fromEntries(
          await Promise.all(SERIES.map(async (path) => [path, await readSeries(pond, path)])),
        ),
        findings: (await pond.check({ deep: true })).findings,
        temporaries: await listTemporaries(),
        deletedTwice: deletedCount + sweptTemporaries,
      };
    } finally {
      await pond.close();
    }
  }
}

async function sumOfCounters({ root }: Pond): Promise<number> {
  let sum = 0;
  for (let index = 0; index < COUNTERS; index++) {
    sum += Number(new TextDecoder().decode(await root.readFile(counterPath(index))));
  }
  return sum;
}

async function readFiles({ root }: Pond): Promise<{ path: string; id: string; seq: number }[]> {
  const files: { path: string; id: string; seq: number }[] = [];
  for (const directory of ["own", "shared", "balls"]) {
    for await (const { name, entryType } of root.list(`/${directory}`, { recursive: true })) {
      if (entryType !== "FileData") continue;
      const path = `/${directory}/${name}`;
      const id = writerOf(path, await root.readFile(path));
      const [newest] = await root.versions(path).toArray();
      files.push({ path, id, seq: newest?.txnSeq ?? 0 });
    }
  }
  return files;
}

async function readSeries({ root }: Pond, path: string): Promise<string[]> {
  const { segments } = await openSegments(root.context, path);
  const ids: string[] = [];
  for (const { content } of segments) {
    const source = await root.context.session.services.persistence.open(content);
    const text = new TextDecoder().decode(await sourceToBytes(source));
    ids.push(text.slice("PAR1".length, -"PAR1".length));
  }
  return ids;
}

/** Files that a write has left half done. */
async function listTemporaries(): Promise<string[]> {
  const found: string[] = [];
  const walk = async (directory: FileSystemDirectoryHandle, path: string) => {
    for await (const [name, handle] of directory.entries()) {
      if (handle instanceof FileSystemDirectoryHandle) await walk(handle, `${path}/${name}`);
      else if (path.includes("/tmp") || name.endsWith(".crswap")) found.push(`${path}/${name}`);
    }
  };
  await walk(await navigator.storage.getDirectory(), "");
  return found;
}
