import { html, nothing, type PropertyValues, type TemplateResult } from "lit";
import type { CommitInfo, ListEntry } from "tinypond";
import { formatCounted } from "../format.ts";
import type { Explorer } from "../frame/explorer.ts";
import { LightElement } from "../frame/light-element.ts";
import { joinPath, nameOf, parentOf } from "../frame/paths.ts";
import type { ImportQueue } from "../importing/import-queue.ts";
import type { ViewContext } from "../views/contract.ts";
import { DropTargets } from "./drop-targets.ts";
import { entryToolbar } from "./entry-toolbar.ts";
import "./file-grid.ts";
import { emptyHint, quietHint } from "./empty-hint.ts";
import { FileActions } from "./file-actions.ts";
import { FileDialogs } from "./file-dialogs.ts";
import type { FileGrid, GridActions } from "./file-grid.ts";
import { FileImports } from "./file-imports.ts";
import type { Row } from "./folder.ts";
import { nearestFolder } from "./nearest-folder.ts";
import { openedEntry } from "./opened-entry.ts";
import type { Order } from "./order.ts";
import { pathBar } from "./path-bar.ts";
import { FileSearch } from "./search.ts";
import { TreeRows } from "./tree-rows.ts";

/** The files: a folder as a list, or one file. */
export class FilesView extends LightElement {
  static override properties = {
    explorer: { attribute: false },
    imports: { attribute: false },
    context: { attribute: false },
    path: { attribute: false },
  };
  declare explorer: Explorer;
  declare imports: ImportQueue;
  declare context: ViewContext | undefined;
  declare path: string;

  #tree: TreeRows | undefined;
  /** The file that is shown; undefined while a folder is. */
  #entry: ListEntry | undefined;
  readonly #search = new FileSearch(() => this.requestUpdate());
  #actions: FileActions | undefined;
  #dialogs: FileDialogs | undefined;
  #drops: DropTargets | undefined;
  #imports: FileImports | undefined;
  /** What the keyboard is to stand on when the folder is there. */
  #wanted: string | undefined;
  /** A folder that was opened from the list: known to be one, it is read at once. */
  #knownFolder: string | undefined;

  /** The folder that is shown, or that holds the file that is. */
  get folder(): string {
    return this.#entry ? parentOf(this.path) : this.path;
  }

  override firstUpdated(): void {
    this.#actions = new FileActions(this.explorer);
    this.#dialogs = new FileDialogs(this.#actions);
    this.#imports = new FileImports(this.imports, this.explorer);
    this.#drops = new DropTargets(this, this.#actions, () => this.requestUpdate());
    this.explorer.on("commit", ({ detail }) => void this.#follow(detail));
    this.explorer.on("refresh", () => void this.#tree?.load());
    if (this.#grid) this.#grid.actions = this.#gridActions();
  }

  override willUpdate(changed: PropertyValues): void {
    if (changed.has("context") || changed.has("path")) void this.#enter(changed.has("context"));
  }

  override updated(): void {
    const grid = this.#grid;
    if (grid && !grid.actions) grid.actions = this.#gridActions();
  }

  override render(): TemplateResult {
    const isPast = this.context?.at !== undefined;
    const { isDropping = false } = this.#drops ?? {};
    return html`<div
      class="files ${isDropping ? "is-over" : ""}"
      @dragstart=${(event: DragEvent) => this.#drops?.start(event, this.#grid)}
    >
      <div class="files-head">
        ${pathBar(this.path, (path) => this.explorer.openPath(path))}
        ${this.#entry ? nothing : this.#searchField()}
      </div>
      ${entryToolbar({
        isPast,
        entry: this.#entry,
        selected: this.#selected,
        dialogs: this.#dialogs,
        imports: this.#imports,
        view: this,
        context: this.context,
        made: (path) => this.wait(path),
      })}
      <div class="files-main">
        ${
          this.#entry && this.context ? openedEntry(this.path, this.context) : this.#listing(isPast)
        }
      </div>
    </div>`;
  }

  /** Takes in what was dropped or pasted. */
  importDropped(transfer: DataTransfer, folder: string): void {
    void this.#imports?.addTransferred(transfer, folder);
  }

  /** Puts the keyboard on a path as soon as it is there. */
  wait(path: string | undefined): void {
    this.#wanted = path;
    this.#reveal();
  }

  #listing(isPast: boolean): TemplateResult {
    const rows = this.#rows;
    return html`<tp-file-grid
        .rows=${rows}
        .order=${this.#tree?.order ?? { key: "name", descending: false }}
        .canUnfold=${this.#search.rows === undefined}
        .canDrag=${!isPast}
        .busy=${!this.#isComplete}
        .dropTarget=${this.#drops?.target}
      ></tp-file-grid>
      ${rows.length === 0 && this.#isComplete ? this.#hint(isPast) : nothing}
      <p class="files-count quiet">${this.#countText(rows.length)}</p>`;
  }

  #searchField(): TemplateResult {
    return html`<input
      id="search"
      type="search"
      aria-label="Search in this folder and below"
      placeholder="Search: name or **/*.csv"
      spellcheck="false"
      .value=${this.#search.words}
      @input=${(event: InputEvent) => void this.#startSearch((event.target as HTMLInputElement).value)}
    />`;
  }

  #hint(isPast: boolean): TemplateResult {
    if (this.#search.rows) return quietHint("Nothing here is called that.");
    if (isPast) return quietHint("This folder was empty.");
    return emptyHint(this.path, () => this.#imports?.addSample(this.folder));
  }

  #countText(count: number): string {
    const { size = 0 } = this.#grid?.selection ?? {};
    const all = this.#search.rows ? formatMatches(count) : formatCounted(count, "item");
    const more = this.#isComplete ? "" : " so far …";
    return size > 0 ? `${all}${more} · ${size} selected` : `${all}${more}`;
  }

  get #rows(): readonly Row[] {
    return this.#search.rows ?? this.#tree?.rows ?? [];
  }

  get #isComplete(): boolean {
    return this.#search.rows ? this.#search.isOver : (this.#tree?.isComplete ?? false);
  }

  get #grid(): FileGrid | null {
    return this.querySelector<FileGrid>("tp-file-grid");
  }

  get #selected(): readonly Row[] {
    return this.#entry ? [] : (this.#grid?.selection.in(this.#rows) ?? []);
  }

  /** Shows what stands at the path: a folder's rows, or a file. */
  async #enter(isOtherTree: boolean): Promise<void> {
    const { context, path } = this;
    this.#search.stop();
    if (!context) {
      this.#tree?.leave();
      this.#tree = undefined;
      return;
    }
    if (isOtherTree || this.#tree?.path !== path) this.#grid?.reset();
    try {
      const isKnown = path === "/" || path === this.#knownFolder;
      const entry = isKnown ? undefined : await context.root.stat(path);
      if (this.path !== path || this.context !== context) return;
      const isFile = entry !== undefined && entry.entryType !== "Directory";
      this.#entry = isFile ? entry : undefined;
      if (!isFile) await this.#showFolder(context, path);
      else this.requestUpdate();
    } catch (error) {
      if (this.path !== path || this.context !== context) return;
      this.explorer.fail(error, `Could not open “${path}”`);
      this.explorer.openPath(await nearestFolder(context.root, path));
    }
  }

  async #showFolder(context: ViewContext, path: string): Promise<void> {
    if (this.#tree?.root === context.root && this.#tree.path === path) {
      this.requestUpdate();
      return;
    }
    const tree = new TreeRows(
      context.root,
      path,
      () => {
        this.#reveal();
        this.requestUpdate();
      },
      (error, where) => this.explorer.fail(error, `Could not read “${where}”`),
    );
    this.#tree?.leave();
    this.#tree = tree;
    await tree.load();
  }

  async #follow(commit: CommitInfo): Promise<void> {
    if (this.context?.at !== undefined) return;
    await this.#tree?.follow(commit.changes());
    if (this.#entry === undefined || !this.context) return;
    const { path } = this;
    try {
      const entry = await this.context.root.stat(path);
      if (this.path === path) this.#entry = entry;
    } catch {
      if (this.path === path) this.explorer.openPath(parentOf(path)); // the file has gone
    }
    this.requestUpdate();
  }

  async #startSearch(words: string): Promise<void> {
    const { context } = this;
    this.#grid?.reset();
    if (!context) return;
    try {
      await this.#search.start(context.root, this.folder, words);
      const found = this.#search.rows;
      if (found && this.#search.isOver) this.explorer.announce(formatMatches(found.length));
    } catch (error) {
      this.explorer.fail(error, `Could not search for “${words}”`);
      this.requestUpdate();
    }
  }

  #reveal(): void {
    const wanted = this.#wanted;
    if (wanted === undefined || !this.#rows.some(({ path }) => path === wanted)) return;
    this.#wanted = undefined;
    void this.updateComplete.then(async () => {
      await this.#grid?.updateComplete;
      this.#grid?.activate(wanted, true);
    });
  }

  #gridActions(): GridActions {
    return {
      open: (row) => this.#open(row),
      up: () => {
        if (this.path === "/") return;
        this.wait(this.path);
        this.explorer.openPath(parentOf(this.path));
      },
      unfold: (row) => void this.#tree?.unfold(row),
      fold: (row) => this.#tree?.fold(row.path),
      rename: (row) => {
        if (this.context?.at === undefined) {
          void this.#dialogs?.rename(row).then((path) => this.wait(path));
        }
      },
      remove: () => {
        if (this.context?.at === undefined) void this.#dialogs?.remove(this.#selected);
      },
      sortBy: (order: Order) => this.#tree?.sortBy(order),
      selected: () => this.requestUpdate(),
      isOpen: (path) => this.#tree?.isOpen(path) ?? false,
    };
  }

  /** A link leads to what it stands for. */
  #open(row: Row): void {
    const { context } = this;
    this.#knownFolder = row.isFolder ? row.path : undefined;
    if (row.entryType !== "Symlink" || !context) {
      this.explorer.openPath(row.path);
      return;
    }
    context.root.readLink(row.path).then(
      (target) => {
        const path = target.startsWith("/") ? target : joinPath(parentOf(row.path), target);
        this.explorer.openPath(path);
      },
      (error: unknown) => this.explorer.fail(error, `Could not follow “${nameOf(row.path)}”`),
    );
  }
}

function formatMatches(count: number): string {
  return formatCounted(count, "match").replace("matchs", "matches");
}

customElements.define("tp-files", FilesView);
