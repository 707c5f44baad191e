import { isTinyFSError } from "../../src/tinyfs/errors.ts";
import type { TestPond } from "./test-pond.ts";

/** All that can be read of a pond, as lines of text: equal lines, equal ponds. */
export interface PondState {
  /** What stands at each path now, with the hash of the bytes that were read. */
  readonly current: readonly string[];
  /** Every version of every path, removed ones included. */
  readonly history: readonly string[];
  /** The users' commits. */
  readonly log: readonly string[];
}

/**
 * Reads everything. Whatever cannot be read is a line that says why, so that it equals nothing.
 * @param removed - paths where something once was, for their history
 */
export async function readState(
  { fs }: TestPond,
  removed: readonly string[] = [],
): Promise<PondState> {
  const { root } = fs;
  const paths: string[] = [];
  const current: Promise<string>[] = [];
  for await (const { name, entryType, size, version } of root.list("/", { recursive: true })) {
    const path = name.startsWith("/") ? name : `/${name}`;
    paths.push(path);
    const isFile = entryType.startsWith("File");
    current.push(
      line(path, async () => {
        if (entryType === "Symlink") return [entryType, await root.readLink(path)];
        return [entryType, version, size, isFile ? await hashOf(await root.readFile(path)) : ""];
      }),
    );
  }
  const log: string[] = [];
  for await (const { seq, kind, changeCount } of fs.log()) {
    if (kind === "user") log.push(`${seq} ${changeCount}`);
  }
  const versions = [...new Set([...paths, ...removed])].map((path) => readVersions({ fs }, path));
  return {
    current: (await Promise.all(current)).sort(),
    history: (await Promise.all(versions)).flat().sort(),
    log,
  };
}

async function readVersions({ fs: { root } }: Pick<TestPond, "fs">, path: string) {
  const lines: Promise<string>[] = [];
  try {
    const { entryType } = await root.stat(path).catch(() => ({ entryType: "removed" }));
    if (entryType === "Directory" || entryType === "Symlink") return [];
    for await (const { version, txnSeq, size } of root.versions(path)) {
      const read = async () => {
        // A removed file has a history and no bytes to be asked for by its path.
        if (entryType === "removed") return [version, txnSeq, size];
        return [version, txnSeq, size, await hashOf(await root.readFile(path, { version }))];
      };
      lines.push(line(path, read));
    }
  } catch (error) {
    if (isTinyFSError(error, "NOT_FOUND")) return []; // removed, and its history was dropped since
    return [`${path} cannot be listed: ${String(error)}`];
  }
  return Promise.all(lines);
}

async function line(path: string, read: () => Promise<unknown[]>): Promise<string> {
  try {
    return `${path} ${(await read()).join(" ")}`;
  } catch (error) {
    return `${path} cannot be read: ${String(error)}`;
  }
}

async function hashOf(bytes: Uint8Array): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes as BufferSource));
  return Array.from(digest.subarray(0, 8), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** How one state differs from another, in few words; empty where they are the same. */
export function differences(found: PondState, wanted: PondState): string[] {
  return (["current", "history", "log"] as const).flatMap((part) => {
    const [has, wants] = [new Set(found[part]), new Set(wanted[part])];
    return [
      ...found[part].filter((text) => !wants.has(text)).map((text) => `${part} has "${text}"`),
      ...wanted[part].filter((text) => !has.has(text)).map((text) => `${part} lacks "${text}"`),
    ];
  });
}
