import { html, svg, type TemplateResult } from "lit";
import type { EntryType } from "tinypond";

/** What people call the five types. */
export const TYPE_NAMES: Readonly<Record<EntryType, string>> = {
  Directory: "Folder",
  Symlink: "Link",
  FileData: "File",
  FileTable: "Table",
  FileSeries: "Series",
};

const SHAPES: Readonly<Record<EntryType, TemplateResult>> = {
  Directory: svg`<path d="M1.5 4a1 1 0 0 1 1-1h3.4l1.6 1.8h6a1 1 0 0 1 1 1V12a1 1 0 0 1-1 1h-11a1 1 0 0 1-1-1z"/>`,
  Symlink: svg`<path d="M6.6 9.4 9.4 6.6M7 4.5l1.3-1.3a2.7 2.7 0 0 1 4.3 4.3L11.3 8.8M9 11.5l-1.3 1.3a2.7 2.7 0 0 1-4.3-4.3L4.7 7.2"/>`,
  FileData: svg`<path d="M4 1.5h5.5L13 5v8.5a1 1 0 0 1-1 1H4a1 1 0 0 1-1-1v-11a1 1 0 0 1 1-1zM9.3 1.7V5.2h3.5"/>`,
  FileTable: svg`<path d="M1.5 3.5a1 1 0 0 1 1-1h11a1 1 0 0 1 1 1v9a1 1 0 0 1-1 1h-11a1 1 0 0 1-1-1zM1.5 6.2h13M1.5 9.8h13M6 6.2v7.3"/>`,
  FileSeries: svg`<path d="M1.5 13.5V2.5M1.5 13.5h13M4 10.5l2.6-3.6 2.6 2 4.3-5.4"/>`,
};

/** The icon of a type; what it means is said in words elsewhere. */
export function typeIcon(entryType: EntryType): TemplateResult {
  return html`<svg class="icon" data-type=${entryType} viewBox="0 0 16 16" aria-hidden="true">
    ${SHAPES[entryType]}
  </svg>`;
}
