import type { Pond } from "tinypond";
import { formatCount } from "../format.ts";
import { askText, confirmDeletion } from "../frame/dialogs.ts";
import { joinPath, nameOf, parentOf } from "../frame/paths.ts";
import type { FileActions } from "./file-actions.ts";
import type { Row } from "./folder.ts";

/** So many folders are offered where a folder is asked for. */
const MOST_SUGGESTIONS = 200;

/** Asks for what an action needs, and does it. */
export class FileDialogs {
  readonly #actions: FileActions;

  constructor(actions: FileActions) {
    this.#actions = actions;
  }

  /** @returns the path that was made */
  async createFolder(folder: string): Promise<string | undefined> {
    const [name] = (await askText({
      title: "New folder",
      label: "Name",
      confirm: "Make it",
      check: checkName,
    })) ?? [undefined];
    if (name === undefined) return undefined;
    const path = joinPath(folder, name);
    return (await this.#actions.createFolder(path)) ? path : undefined;
  }

  /** @returns the path that was made */
  async createLink(folder: string, target: string): Promise<string | undefined> {
    const answer = await askText({
      title: "New link",
      label: "Name",
      second: { label: "Leads to", value: target },
      hint: "A link stands for another path, which need not be there yet.",
      confirm: "Make it",
      check: checkName,
    });
    if (!answer) return undefined;
    const path = joinPath(folder, answer[0]);
    return (await this.#actions.createLink(path, answer[1])) ? path : undefined;
  }

  /** @returns the new path */
  async rename({ path }: Row): Promise<string | undefined> {
    const answer = await askText({
      title: `Rename “${nameOf(path)}”`,
      label: "New name",
      value: nameOf(path),
      confirm: "Rename",
      check: checkName,
    });
    if (!answer || answer[0] === nameOf(path)) return undefined;
    const to = joinPath(parentOf(path), answer[0]);
    return (await this.#actions.rename(path, to)) ? to : undefined;
  }

  /** Asks for a folder, and moves or copies the rows into it. */
  async place(root: Pond["root"], rows: readonly Row[], how: "move" | "copy"): Promise<void> {
    const [first] = rows;
    if (!first) return;
    const what = rows.length === 1 ? `“${nameOf(first.path)}”` : formatCount(rows.length);
    const answer = await askText({
      title: how === "move" ? `Move ${what} to …` : `Copy ${what} to …`,
      label: "Folder",
      value: parentOf(first.path),
      hint: "The folder's path, such as /data/2026; the folder must be there.",
      suggestions: await foldersOf(root),
      confirm: how === "move" ? "Move" : "Copy",
      check: (path) => (path.startsWith("/") ? undefined : "A path begins with /"),
    });
    if (!answer) return;
    const folder = answer[0].length > 1 ? answer[0].replace(/\/+$/, "") : answer[0];
    const paths = rows.map(({ path }) => path);
    await this.#actions[how](paths, folder);
  }

  async remove(rows: readonly Row[]): Promise<void> {
    const [first] = rows;
    if (!first) return;
    const title =
      rows.length === 1 ? `Delete “${nameOf(first.path)}”?` : `Delete ${formatCount(rows.length)}?`;
    const below = rows.some(({ isFolder }) => isFolder) ? " Folders go with all they hold." : "";
    const consequence = `It leaves the list.${below} You can undo this: the pond keeps its history.`;
    if (!(await confirmDeletion(title, consequence))) return;
    await this.#actions.remove(rows.map(({ path }) => path));
  }
}

function checkName(name: string): string | undefined {
  if (name.includes("/")) return "A name has no / in it";
  return name === "." || name === ".." ? "This name has a meaning of its own" : undefined;
}

async function foldersOf(root: Pond["root"]): Promise<string[]> {
  const folders = ["/"];
  for await (const { path, entryType } of root.glob("/*")) {
    if (entryType === "Directory") folders.push(path);
    if (folders.length >= MOST_SUGGESTIONS) break;
  }
  return folders;
}
