import { dragsFiles, dragsPaths, droppedPaths, startDrag } from "./drag.ts";
import type { FileActions } from "./file-actions.ts";
import type { FileGrid } from "./file-grid.ts";

/** What the files take part in: where they are, and what comes in. */
interface DropView extends HTMLElement {
  readonly folder: string;
  readonly context: { readonly at?: number | undefined } | undefined;
  importDropped(transfer: DataTransfer, folder: string): void;
}

/** Drag and drop over the whole page: files from outside are imported, paths of the list are moved. */
export class DropTargets {
  readonly #view: DropView;
  readonly #actions: FileActions;
  readonly #onChange: () => void;
  #target: string | undefined;
  #isDropping = false;

  constructor(view: DropView, actions: FileActions, onChange: () => void) {
    this.#view = view;
    this.#actions = actions;
    this.#onChange = onChange;
    addEventListener("dragover", (event) => this.#over(event));
    addEventListener("dragleave", (event) => {
      if (event.relatedTarget === null) this.#show(undefined, false);
    });
    addEventListener("dragend", () => this.#show(undefined, false));
    addEventListener("drop", (event) => this.#drop(event));
    addEventListener("paste", (event) => this.#paste(event));
  }

  /** The folder in the list that would take what is dragged. */
  get target(): string | undefined {
    return this.#target;
  }

  /** Whether files from outside are over the page. */
  get isDropping(): boolean {
    return this.#isDropping;
  }

  /** A row is dragged, and with it all that are selected. */
  start(event: DragEvent, grid: FileGrid | null): void {
    const row = grid?.rowAt(event.target);
    if (!grid || !row) return;
    if (!grid.selection.has(row.path)) grid.selection.only(row.path);
    const paths = grid.selection.in(grid.rows).map(({ path }) => path);
    startDrag(event, paths);
  }

  #over(event: DragEvent): void {
    if (!dragsFiles(event) && !dragsPaths(event)) return;
    event.preventDefault(); // else nothing can be dropped here
    if (event.dataTransfer && dragsPaths(event)) {
      event.dataTransfer.dropEffect = event.ctrlKey ? "copy" : "move";
    }
    this.#show(this.#folderAt(event.target), dragsFiles(event));
  }

  #drop(event: DragEvent): void {
    if (!dragsFiles(event) && !dragsPaths(event)) return;
    event.preventDefault(); // else the browser leaves the page to show the file
    const folder = this.#folderAt(event.target) ?? this.#view.folder;
    this.#show(undefined, false);
    if (this.#view.context?.at === undefined && dragsPaths(event)) {
      const how = event.ctrlKey ? "copy" : "move";
      void this.#actions[how](droppedPaths(event), folder);
    } else if (event.dataTransfer) this.#view.importDropped(event.dataTransfer, folder);
  }

  #paste(event: ClipboardEvent): void {
    const isField = event.target instanceof Element && event.target.matches("input, textarea");
    const { clipboardData } = event;
    if (isField || !clipboardData?.types.includes("Files")) return;
    event.preventDefault();
    this.#view.importDropped(clipboardData, this.#view.folder);
  }

  /** A folder's row, or a step of the path. */
  #folderAt(target: EventTarget | null): string | undefined {
    if (!(target instanceof Element) || !this.#view.contains(target)) return undefined;
    const step = target.closest<HTMLElement>(".path-bar [data-path]");
    if (step) return step.dataset["path"];
    const row = target.closest<HTMLElement>(".row[aria-expanded]");
    const grid = target.closest<FileGrid>("tp-file-grid");
    return row ? grid?.rowAt(row)?.path : undefined;
  }

  #show(target: string | undefined, isDropping: boolean): void {
    if (target === this.#target && isDropping === this.#isDropping) return;
    this.#target = target;
    this.#isDropping = isDropping;
    this.#onChange();
  }
}
