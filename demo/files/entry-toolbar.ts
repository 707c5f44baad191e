import { html, nothing, type TemplateResult } from "lit";
import type { ListEntry, Pond } from "tinypond";
import type { TableFormat } from "../exporting/export-entry.ts";
import type { ViewContext } from "../views/contract.ts";
import type { FileDialogs } from "./file-dialogs.ts";
import type { FileImports } from "./file-imports.ts";
import { Row } from "./folder.ts";

/** What the buttons above the files act on. */
export interface ToolbarState {
  readonly isPast: boolean;
  /** The file that is shown; undefined while a folder is. */
  readonly entry: ListEntry | undefined;
  readonly selected: readonly Row[];
  readonly dialogs: FileDialogs | undefined;
  readonly imports: FileImports | undefined;
  readonly context: ViewContext | undefined;
  readonly view: { readonly folder: string; readonly path: string };
  /** Is told of a path that was made. */
  readonly made: (path: string | undefined) => void;
}

/** The buttons above the files: for what is selected, else for the folder. */
export function entryToolbar(state: ToolbarState): TemplateResult {
  const { entry, selected, view } = state;
  const rows = entry ? [new Row(view.path, entry.name, 0, { ...entry, line: entry })] : selected;
  return html`<div class="toolbar" role="toolbar" aria-label="Actions">
    ${rows.length > 0 ? rowButtons(rows, state) : folderButtons(state)}
  </div>`;
}

function folderButtons(state: ToolbarState): TemplateResult | typeof nothing {
  const { isPast, dialogs, imports, view, made, context } = state;
  const download = html`<button
    type="button"
    ?disabled=${!context}
    @click=${() => context && void exportRows(context, [rootRow(view.folder)])}
  >Download as zip</button>`;
  if (isPast) return download;
  const choose = (event: Event) =>
    imports?.addChosen(event.target as HTMLInputElement, view.folder);
  return html`<label class="button primary" id="drop-zone">
      <input id="file-input" class="visually-hidden" type="file" multiple @change=${choose} />
      Import files
    </label>
    <label class="button">
      <input id="folder-input" class="visually-hidden" type="file" webkitdirectory @change=${choose} />
      Import a folder
    </label>
    <button type="button" id="import-url" @click=${() => void imports?.addAddress(view.folder)}>
      From a URL
    </button>
    <button
      type="button"
      id="new-folder"
      @click=${() => void dialogs?.createFolder(view.folder).then(made)}
    >New folder</button>
    <button
      type="button"
      id="new-link"
      @click=${() => void dialogs?.createLink(view.folder, "/").then(made)}
    >New link</button>
    ${download}`;
}

function rowButtons(rows: readonly Row[], state: ToolbarState): TemplateResult {
  const { isPast, dialogs, made, context } = state;
  const [first] = rows;
  const single = rows.length === 1 ? first : undefined;
  const root = context?.root;
  return html`
    ${downloadButtons(rows, single, context)}
    ${
      isPast
        ? nothing
        : html`
          ${
            single
              ? html`<button
                  type="button"
                  id="rename"
                  @click=${() => void dialogs?.rename(single).then(made)}
                >Rename</button>`
              : nothing
          }
          <button
            type="button"
            id="move"
            @click=${() => root && void dialogs?.place(root, rows, "move")}
          >Move</button>
          <button
            type="button"
            id="copy"
            @click=${() => root && void dialogs?.place(root, rows, "copy")}
          >Copy</button>
          <button type="button" id="delete" @click=${() => void dialogs?.remove(rows)}>
            Delete
          </button>`
    }
  `;
}

function downloadButtons(
  rows: readonly Row[],
  single: Row | undefined,
  context: ViewContext | undefined,
): TemplateResult {
  const isTable = single?.entryType === "FileTable" || single?.entryType === "FileSeries";
  if (!isTable) {
    const label = single && !single.isFolder ? "Download" : "Download as zip";
    return html`<button
      type="button"
      id="download"
      @click=${() => context && void exportRows(context, rows)}
    >${label}</button>`;
  }
  const formats: readonly (readonly [TableFormat, string])[] = [
    ["parquet", "Parquet"],
    ["csv", "CSV"],
    ["arrow", "Arrow"],
  ];
  return html`<select
    id="download-table"
    aria-label="Download as"
    @change=${(event: Event) => {
      const select = event.target as HTMLSelectElement;
      const format = select.value as TableFormat;
      select.value = "";
      if (context) void exportTo(context, single.path, format);
    }}
  >
    <option value="" selected>Download as …</option>
    ${formats.map(([format, label]) => html`<option value=${format}>${label}</option>`)}
  </select>`;
}

function rootRow(path: string): Row {
  return new Row(path, path, 0, { entryType: "Directory" });
}

async function exportRows(context: ViewContext, rows: readonly Row[]): Promise<void> {
  const [first] = rows;
  if (!first) return;
  const isFile = rows.length === 1 && !first.isFolder;
  await told(context, async (root) => {
    if (isFile) {
      const { exportFile } = await import("../exporting/export-entry.ts");
      return exportFile(root, first.path);
    }
    const { exportZip } = await import("../exporting/export-zip.ts");
    await exportZip(
      root,
      rows.map(({ path }) => path),
    );
  });
}

function exportTo(context: ViewContext, path: string, format: TableFormat): Promise<void> {
  return told(context, async (root) => {
    const { exportTable } = await import("../exporting/export-entry.ts");
    await exportTable(root, path, format);
  });
}

async function told(
  context: ViewContext,
  work: (root: Pond["root"]) => Promise<void>,
): Promise<void> {
  try {
    context.announce("The download is made …");
    await work(context.root);
    context.announce("The download is ready");
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") return; // the person said no
    context.fail(error, "Could not make the download");
  }
}
