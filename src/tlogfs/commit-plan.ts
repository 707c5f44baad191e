import type { Content, Entry } from "../tinyfs/entry.ts";
import { shouldStoreAsLargeFile } from "../tinyfs/entry-type.ts";
import type { NodeId } from "../tinyfs/node-id.ts";
import type { WriteSet } from "../tinyfs/write-set.ts";
import { isStaged, type StagedContent, storageOf } from "./content.ts";
import type { PackKey } from "./keys.ts";
import { type FilledPack, fillPacks, idbKey, newPackId, type PackInput } from "./packs.ts";

/** What a commit has to do with bytes, known before its transaction. */
export interface CommitPlan {
  readonly writeSet: WriteSet;
  /** Staged bytes that become large files. */
  readonly large: readonly StagedContent[];
  /** Packs of staged bytes. */
  readonly packs: readonly FilledPack[];
  /** Whether the packs are written before the commit: they are too many to go with it. */
  readonly isPrewritten: boolean;
  /** Packs in which more rows are going to use slots. */
  readonly reused: readonly PackKey[];
  /** Series that are added to. */
  readonly series: readonly NodeId[];
}

/** Decides where the bytes of a write set are going to be, and tells the staged ones. */
export function planCommit(writeSet: WriteSet, owner: string): CommitPlan {
  const uses = countStaged(writeSet);
  const large = [...uses.keys()].filter(({ size }) => shouldStoreAsLargeFile(size));
  const packs = fillPacks(smallInputs(uses), (_, count) => [count === 1 ? "" : owner, newPackId()]);
  for (const content of large) content.assign({ kind: "blob" });
  for (const { key, contents } of packs) {
    contents.forEach((content, slot) => {
      content.assign({ kind: "inline", pack: key, slot });
    });
  }
  return {
    writeSet,
    large,
    packs,
    isPrewritten: packs.length > 1,
    reused: reusedPacks(writeSet, uses),
    series: writeSet.series.map(({ nodeId }) => nodeId),
  };
}

/** All bytes that a plan was made for. */
export function stagedContents({ large, packs }: CommitPlan): StagedContent[] {
  return [...large, ...packs.flatMap(({ contents }) => contents)];
}

/** How many bytes of IndexedDB the packs of a plan take. */
export function packBytes({ packs }: CommitPlan): number {
  return packs.reduce((sum, { pack }) => sum + pack.bytes.byteLength, 0);
}

/** The bytes that rows name, once for each. */
export function contentsOf(
  entries: Iterable<Entry | undefined>,
  series: Iterable<{ readonly segments: readonly { readonly content: Content }[] }>,
): Content[] {
  const contents: Content[] = [];
  for (const entry of entries) if (entry?.content) contents.push(entry.content);
  for (const { segments } of series) for (const { content } of segments) contents.push(content);
  return contents;
}

function allContents({ names, series }: WriteSet): Content[] {
  return contentsOf(
    names.map(({ after }) => after),
    series.flatMap(({ rows }) => rows),
  );
}

function countStaged(writeSet: WriteSet): Map<StagedContent, number> {
  const uses = new Map<StagedContent, number>();
  for (const content of allContents(writeSet)) {
    if (isStaged(content)) uses.set(content, (uses.get(content) ?? 0) + 1);
  }
  return uses;
}

function smallInputs(uses: ReadonlyMap<StagedContent, number>): PackInput[] {
  return [...uses].flatMap(([content, count]): PackInput[] => {
    const { bytes } = content;
    return bytes.kind === "memory" ? [{ content, bytes: bytes.bytes, uses: count }] : [];
  });
}

function reusedPacks(writeSet: WriteSet, staged: ReadonlyMap<StagedContent, number>): PackKey[] {
  const packs = new Map<string, PackKey>();
  for (const content of allContents(writeSet)) {
    if (staged.has(content as StagedContent)) continue;
    const storage = storageOf(content);
    if (storage.kind === "inline") packs.set(String(idbKey(storage.pack)), storage.pack);
  }
  return [...packs.values()];
}
