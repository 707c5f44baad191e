import { css, html, LitElement, type PropertyValues, type TemplateResult } from "lit";
import type { Stat } from "tinypond";
import { formatBytes } from "../../format.ts";
import type { ViewContext } from "../contract.ts";
import { waiting } from "../shared/nothing-yet.ts";
import { viewStyles } from "../shared/view-styles.ts";
import { Work } from "../shared/work.ts";

const MOST_BYTES = 64 * 1024;
/** Of bytes that are no text so many are shown, 16 to a line. */
const MOST_HEX = 4096;

interface Preview {
  readonly text: string;
  readonly isText: boolean;
  readonly shown: number;
}

/** The beginning of a file: as text, or as bytes where it is none. */
export class FilePreview extends LitElement {
  static override properties = {
    context: { attribute: false },
    stat: { attribute: false },
    preview: { state: true },
  };
  static override styles = [
    viewStyles,
    css`
      pre {
        margin: 0;
        min-height: 12rem;
        max-height: 70vh;
        overflow: auto;
        tab-size: 4;
      }
      pre.text {
        white-space: pre-wrap;
        overflow-wrap: anywhere;
      }
    `,
  ];

  declare context: ViewContext | undefined;
  declare stat: Stat | undefined;
  declare preview: Preview | undefined;
  readonly #reading = new Work();

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#reading.end();
  }

  override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has("stat")) this.#read();
  }

  override render(): TemplateResult {
    const { preview, stat } = this;
    if (!preview || !stat) return waiting("Reading the file …");
    if (stat.size === 0) return html`<p class="quiet">The file is empty.</p>`;
    const part =
      preview.shown < stat.size ? `The first ${formatBytes(preview.shown)}` : "All of it";
    return html`<p class="quiet">${part}, as ${preview.isText ? "text" : "bytes"}.</p>
      <pre
        class="panel mono ${preview.isText ? "text" : ""}"
        tabindex="0"
        role="region"
        aria-label="The file’s content"
      >${preview.text}</pre>`;
  }

  #read(): void {
    const { context, stat } = this;
    this.preview = undefined;
    if (!context || !stat) return;
    const { path, version } = stat;
    this.#reading.run(
      async (signal) => {
        const range = { start: 0, end: MOST_BYTES };
        const bytes = await context.root.readFile(path, { range, version, signal });
        if (!signal.aborted) this.preview = previewOf(bytes, bytes.length < stat.size);
      },
      (error) => context.fail(error, `Could not read “${path}”`),
    );
  }
}

/** @param isCut whether a letter may be cut in two at the end */
function previewOf(bytes: Uint8Array, isCut: boolean): Preview {
  const text = textOf(bytes, isCut);
  if (text !== undefined) return { text, isText: true, shown: bytes.length };
  const shown = bytes.subarray(0, MOST_HEX);
  return { text: hexDump(shown), isText: false, shown: shown.length };
}

/** UTF-8, if it is that and has no control characters but those of text. */
function textOf(bytes: Uint8Array, isCut: boolean): string | undefined {
  if (bytes.some((byte) => byte < 9 || (byte > 13 && byte < 27))) return undefined;
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes, { stream: isCut });
  } catch {
    return undefined; // it is shown as bytes
  }
}

function hexDump(bytes: Uint8Array): string {
  const lines: string[] = [];
  for (let at = 0; at < bytes.length; at += 16) {
    const line = Array.from(bytes.subarray(at, at + 16));
    const hex = line.map((byte) => byte.toString(16).padStart(2, "0")).join(" ");
    const text = line.map((byte) => (byte >= 32 && byte < 127 ? String.fromCharCode(byte) : "·"));
    lines.push(`${at.toString(16).padStart(8, "0")}  ${hex.padEnd(47)}  ${text.join("")}`);
  }
  return lines.join("\n");
}

customElements.define("tp-file-preview", FilePreview);
