import type { Pond } from "tinypond";
import { formatCounted } from "../format.ts";
import type { Explorer } from "../frame/explorer.ts";
import { isWithin, joinPath, nameOf, parentOf } from "../frame/paths.ts";

type Root = Pond["root"];

/** What can be done to files; each of them one commit, whatever the number of files. */
export class FileActions {
  readonly #explorer: Explorer;

  constructor(explorer: Explorer) {
    this.#explorer = explorer;
  }

  createFolder(path: string): Promise<boolean> {
    return this.#do(`Could not make the folder “${nameOf(path)}”`, `Made ${nameOf(path)}`, (root) =>
      root.createDir(path),
    );
  }

  createLink(path: string, target: string): Promise<boolean> {
    return this.#do(`Could not make the link “${nameOf(path)}”`, `Made ${nameOf(path)}`, (root) =>
      root.createSymlink(path, target),
    );
  }

  rename(from: string, to: string): Promise<boolean> {
    const doing = `Could not rename “${nameOf(from)}”`;
    return this.#do(doing, `Renamed to ${nameOf(to)}`, (root) => root.rename(from, to));
  }

  /** Moves entries into a folder, all or none. */
  move(paths: readonly string[], folder: string): Promise<boolean> {
    const moved = outermost(paths).filter((path) => parentOf(path) !== folder);
    if (moved.length === 0) return Promise.resolve(false);
    const what = said(moved);
    return this.#do(`Could not move ${what}`, `Moved ${what} to ${folder}`, async (root) => {
      for (const path of moved) await root.rename(path, joinPath(folder, nameOf(path)));
    });
  }

  /** Copies entries into a folder, all or none; a name that is taken gets a number. */
  copy(paths: readonly string[], folder: string): Promise<boolean> {
    const copied = outermost(paths);
    const what = said(copied);
    return this.#do(`Could not copy ${what}`, `Copied ${what} to ${folder}`, async (root) => {
      for (const path of copied) await root.copy(path, await freePath(root, folder, nameOf(path)));
    });
  }

  /** Removes entries, all or none, and offers to bring them back. */
  async remove(paths: readonly string[]): Promise<boolean> {
    const removed = outermost(paths);
    const what = said(removed);
    const isDone = await this.#do(`Could not delete ${what}`, `Deleted ${what}`, async (root) => {
      for (const path of removed) await root.remove(path, { recursive: true });
    });
    if (isDone) {
      const undo = { label: "Undo", run: () => void this.#restore(removed) };
      this.#explorer.notices.add({ kind: "done", title: `Deleted ${what}`, action: undo });
    }
    return isDone;
  }

  #restore(paths: readonly string[]): Promise<boolean> {
    const what = said(paths);
    const doing = `Could not bring back ${what}`;
    return this.#do(doing, `${what} is back`, async (root) => {
      for (const path of paths) await root.restore(path);
    });
  }

  async #do(doing: string, done: string, work: (root: Root) => Promise<unknown>): Promise<boolean> {
    const pond = this.#explorer.context?.pond;
    if (!pond) return false;
    try {
      await pond.transaction((tx) => work(tx.root));
      this.#explorer.announce(done);
      return true;
    } catch (error) {
      this.#explorer.fail(error, doing);
      return false;
    }
  }
}

/** A path in a folder that nothing stands at: "a.csv", "a (2).csv". */
export async function freePath(
  root: Pick<Root, "exists">,
  folder: string,
  name: string,
): Promise<string> {
  const dot = name.lastIndexOf(".");
  const [stem, ending] = dot > 0 ? [name.slice(0, dot), name.slice(dot)] : [name, ""];
  for (let number = 1; ; number += 1) {
    const path = joinPath(folder, `${stem}${number === 1 ? "" : ` (${number})`}${ending}`);
    if (!(await root.exists(path))) return path;
  }
}

/** Without those that lie in a folder of the others: they go with it. */
function outermost(paths: readonly string[]): readonly string[] {
  const kept: string[] = [];
  for (const path of [...paths].sort()) {
    const last = kept.at(-1);
    if (last === undefined || !isWithin(path, last)) kept.push(path);
  }
  return kept;
}

function said(paths: readonly string[]): string {
  const [only] = paths;
  return paths.length === 1 && only !== undefined
    ? `“${nameOf(only)}”`
    : formatCounted(paths.length, "entry").replace("entrys", "entries");
}
