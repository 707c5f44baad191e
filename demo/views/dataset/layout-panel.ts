import { css, html, LitElement, svg, type TemplateResult } from "lit";
import type { Stat } from "tinypond";
import { formatBytes, formatCount, formatCounted } from "../../format.ts";
import { viewStyles } from "../shared/view-styles.ts";
import { partsOf } from "./layout-parts.ts";
import type { Description } from "./row-source.ts";
import { momentText, timeFigure, timeStyles } from "./time-figure.ts";

const WIDTH = 1000;
const HEIGHT = 72;
const MOST_LINES = 200;

type Scale = "rows" | "bytes";

/** How rows lie in files: segments and their row groups, to scale. */
export class LayoutPanel extends LitElement {
  static override properties = {
    description: { attribute: false },
    stat: { attribute: false },
    scale: { state: true },
  };
  static override styles = [
    viewStyles,
    timeStyles,
    css`
      svg {
        display: block;
        width: 100%;
        height: 84px;
        border-radius: 4px;
        background: var(--_surface-2);
      }
      .even rect {
        fill: var(--_accent);
      }
      .odd rect {
        fill: color-mix(in srgb, var(--_accent) 62%, var(--_text));
      }
      fieldset {
        display: flex;
        gap: var(--_4);
        margin: 0;
        padding: 0;
        border: 0;
      }
      legend {
        float: left;
        padding: 0 var(--_3) 0 0;
      }
      .axis {
        display: flex;
        justify-content: space-between;
        font-size: 0.85em;
      }
    `,
  ];

  declare description: Description | undefined;
  declare stat: Stat | undefined;
  declare scale: Scale;

  constructor() {
    super();
    this.scale = "rows";
  }

  override render(): TemplateResult {
    const { description } = this;
    if (!description) return html``;
    const isSeries = this.stat?.entryType === "FileSeries";
    const total = this.scale === "rows" ? description.rowCount : sumBytes(description);
    const inAll = `${formatCounted(description.segments, isSeries ? "segment" : "file")}, ${formatCounted(description.rowGroups.length, "row group")}`;
    return html`<div class="bar">
        <p class="grow">${inAll}, ${formatBytes(description.sizeBytes)}</p>
        <fieldset>
          <legend class="quiet">To scale by</legend>
          ${this.#radio("rows", "rows")} ${this.#radio("bytes", "bytes")}
        </fieldset>
      </div>
      <figure class="panel">
        ${this.#figure(description, total)}
        <div class="axis quiet">
          <span>0</span>
          <span>${this.scale === "rows" ? formatCounted(total, "row") : formatBytes(total)}</span>
        </div>
        <figcaption class="quiet">
          Each bar is a row group, as wide as its ${this.scale}; the taller, the more bytes a row takes.
          ${description.segments > 1 ? "Segments alternate in colour." : ""}
        </figcaption>
      </figure>
      ${isSeries ? timeFigure(description) : ""} ${this.#table(description)}`;
  }

  #radio(scale: Scale, label: string): TemplateResult {
    return html`<label>
      <input
        type="radio"
        name="scale"
        .checked=${this.scale === scale}
        @change=${() => {
          this.scale = scale;
        }}
      />${label}
    </label>`;
  }

  #figure(description: Description, total: number): TemplateResult {
    const parts = partsOf(description);
    const perRow = ({ rows, bytes }: (typeof parts)[number]) => bytes / Math.max(1, rows);
    const most = parts.reduce((max, part) => Math.max(max, perRow(part)), 1e-9);
    let at = 0;
    return html`<svg
      viewBox="0 0 ${WIDTH} ${HEIGHT}"
      preserveAspectRatio="none"
      role="img"
      aria-label="${formatCounted(parts.length, "bar")} of row groups, to scale by ${this.scale}"
    >
      ${parts.map((part) => {
        const x = at;
        const width =
          (WIDTH * (this.scale === "rows" ? part.rows : part.bytes)) / Math.max(1, total);
        at += width;
        const height = Math.max(3, HEIGHT * (perRow(part) / most));
        const gap = Math.min(1.5, width / 4);
        const groups =
          part.groups === 1
            ? `row group ${formatCount(part.first + 1)}`
            : `row groups ${formatCount(part.first + 1)} to ${formatCount(part.first + part.groups)}`;
        return svg`<g class=${part.segment % 2 === 0 ? "even" : "odd"}>
          <rect x=${x} width=${Math.max(0.4, width - gap)} y=${HEIGHT - height} height=${height}>
            <title>Segment ${part.segment + 1}, ${groups}: rows ${formatCount(part.firstRow + 1)} to ${formatCount(part.firstRow + part.rows)}, ${formatBytes(part.bytes)}</title>
          </rect></g>`;
      })}
    </svg>`;
  }

  /** The segments, or the row groups where there is one file alone. */
  #table(description: Description): TemplateResult {
    const isMany = description.segments > 1;
    const parts = isMany
      ? description.files.map(({ sizeBytes, rowCount, rowGroups, timeRange, ...file }, at) => {
          return { ...file, at, rows: rowCount, groups: rowGroups, bytes: sizeBytes, timeRange };
        })
      : partsOf(description).map((part) => ({ ...part, at: part.first, timeRange: undefined }));
    const hasTimes = parts.some(({ timeRange }) => timeRange !== undefined);
    const shown = parts.slice(0, MOST_LINES);
    const title = isMany ? "Segments" : "Row groups";
    return html`<h3>${title}</h3>
      <div class="scroll" role="region" tabindex="0" aria-label=${title} style="max-height:24rem">
        <table>
          <thead>
            <tr>
              <th scope="col">${isMany ? "Segment" : "Row group"}</th>
              <th scope="col" class="number">First row</th>
              <th scope="col" class="number">Rows</th>
              ${isMany ? html`<th scope="col" class="number">Row groups</th>` : ""}
              <th scope="col" class="number">${isMany ? "Bytes" : "Bytes of pages"}</th>
              ${hasTimes ? html`<th scope="col">From</th><th scope="col">To</th>` : ""}
            </tr>
          </thead>
          <tbody>
            ${shown.map(
              (part) => html`<tr>
                <th scope="row">${formatCount(1 + part.at)}</th>
                <td class="number">${formatCount(part.firstRow + 1)}</td>
                <td class="number">${formatCount(part.rows)}</td>
                ${isMany ? html`<td class="number">${formatCount(part.groups)}</td>` : ""}
                <td class="number">${formatBytes(part.bytes)}</td>
                ${hasTimes ? html`<td>${momentText(part.timeRange?.min)}</td><td>${momentText(part.timeRange?.max)}</td>` : ""}
              </tr>`,
            )}
          </tbody>
        </table>
      </div>
      ${
        parts.length > shown.length
          ? html`<p class="quiet">The first ${MOST_LINES} of ${formatCount(parts.length)}.</p>`
          : ""
      }`;
  }
}

function sumBytes({ rowGroups }: Description): number {
  return rowGroups.reduce((sum, { compressedBytes }) => sum + compressedBytes, 0);
}

customElements.define("tp-layout", LayoutPanel);
