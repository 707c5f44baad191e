import { downloadZip } from "client-zip";
import type { Pond } from "tinypond";
import { joinPath, nameOf, parentOf } from "../frame/paths.ts";
import { saveStream } from "./save.ts";

type Root = Pond["root"];

/** Links would lead out of the archive: what they lead to is left out. */
interface Packed {
  readonly name: string;
  readonly lastModified: Date;
  readonly input?: ReadableStream<Uint8Array>;
  readonly size?: number;
}

/** Saves files and folders as one zip, of which only what is being packed is in memory. */
export async function exportZip(root: Root, paths: readonly string[]): Promise<void> {
  const [first = "/"] = paths;
  const name = `${nameOf(paths.length === 1 ? first : parentOf(first)) || "pond"}.zip`;
  let bytes = 0;
  for await (const { size = 0 } of entriesOf(root, paths, false)) bytes += size;
  const { body } = downloadZip(entriesOf(root, paths, true));
  if (body) await saveStream(name, body, bytes);
}

async function* entriesOf(
  root: Root,
  paths: readonly string[],
  withContent: boolean,
): AsyncGenerator<Packed, void, undefined> {
  for (const path of paths) {
    const { entryType, ...stat } = await root.stat(path);
    if (entryType !== "Directory") {
      yield await packed(root, path, nameOf(path), stat, withContent);
      continue;
    }
    const prefix = paths.length === 1 ? "" : `${nameOf(path)}/`;
    for await (const entry of root.list(path, { recursive: true })) {
      const name = `${prefix}${entry.name}`;
      const lastModified = new Date(entry.timestamp / 1000);
      if (entry.entryType === "Directory") yield { name: `${name}/`, lastModified };
      else if (entry.entryType !== "Symlink")
        yield await packed(root, joinPath(path, entry.name), name, entry, withContent);
    }
  }
}

async function packed(
  root: Root,
  path: string,
  name: string,
  { size, timestamp }: { readonly size: number; readonly timestamp: number },
  withContent: boolean,
): Promise<Packed> {
  const file = { name, size, lastModified: new Date(timestamp / 1000) };
  if (!withContent) return file;
  return { ...file, input: await root.asyncReader(path) };
}
