import { css, html, LitElement, type TemplateResult } from "lit";
import type { PondStats } from "tinypond";
import { formatBytes, formatCount, formatCounted, formatPercent } from "../../format.ts";
import { viewStyles } from "../shared/view-styles.ts";

/** What a pond takes up, and what the browser grants. */
export class MeterPanel extends LitElement {
  static override properties = { stats: { attribute: false } };
  static override styles = [
    viewStyles,
    css`
      .panel {
        display: grid;
        gap: var(--_3);
      }
      .meter {
        display: flex;
        height: 1.1rem;
        overflow: hidden;
        border-radius: 99px;
        background: var(--_surface-2);
        box-shadow: inset 0 0 0 1px var(--_border);
      }
      .meter span {
        min-width: 0;
      }
      .live {
        background: var(--_accent);
      }
      .history {
        background: color-mix(in srgb, var(--_accent) 45%, var(--_surface-2));
      }
      .used {
        background: var(--_accent);
      }
      .used.high {
        background: var(--_danger);
      }
      .facts {
        display: grid;
        grid-template-columns: repeat(auto-fit, minmax(min(100%, 7.5rem), 1fr));
        gap: var(--_3);
      }
      .facts strong {
        display: block;
        font-size: 1.2rem;
        font-variant-numeric: tabular-nums;
      }
      .dot {
        display: inline-block;
        width: 0.7em;
        height: 0.7em;
        border-radius: 50%;
      }
    `,
  ];

  declare stats: PondStats | undefined;

  override render(): TemplateResult {
    const { stats } = this;
    if (!stats)
      return html`<div class="panel" style="min-height:17rem"><p class="quiet">Counting …</p></div>`;
    const { liveBytes, historyBytes, usage, quota, blobBytes, inlineBytes } = stats;
    const all = Math.max(1, liveBytes + historyBytes);
    const used = quota > 0 ? usage / quota : 0;
    return html`<div class="panel">
      <div>
        <p class="bar">
          <span class="grow">This site may use ${formatBytes(quota)}</span>
          <span class="quiet">${formatBytes(usage)} used, ${share(usage, quota)}</span>
        </p>
        <div
          class="meter"
          role="meter"
          aria-label="Used of what the browser grants"
          aria-valuemin="0"
          aria-valuemax=${quota}
          aria-valuenow=${usage}
          aria-valuetext="${formatBytes(usage)} of ${formatBytes(quota)}"
        >
          <span class="used ${used > 0.9 ? "high" : ""}" style="width:max(2px, ${100 * used}%)"></span>
        </div>
      </div>
      <div>
        <p class="bar">
          <span class="grow">What the pond holds</span>
          <span class="quiet">${formatBytes(blobBytes + inlineBytes)} stored</span>
        </p>
        <div
          class="meter"
          role="img"
          aria-label="Live ${formatBytes(liveBytes)}, history ${formatBytes(historyBytes)}"
        >
          <span class="live" style="width:${(100 * liveBytes) / all}%"></span>
          <span class="history" style="width:${(100 * historyBytes) / all}%"></span>
        </div>
      </div>
      <ul class="facts">
        ${fact("Live", formatBytes(liveBytes), `${formatCounted(stats.files, "file")}, ${formatCounted(stats.directories, "folder")}`, "live")}
        ${fact("History", formatBytes(historyBytes), `${formatCount(stats.versions)} versions in all`, "history")}
        ${fact("Saved by sharing", formatBytes(stats.dedupSavings), "bytes that versions share")}
        ${fact("Reclaimable", formatBytes(stats.reclaimable), "at most, by the pond’s policy")}
        ${fact("Large files", formatBytes(blobBytes), `${formatCounted(stats.blobs, "file")}, each once`)}
        ${fact("Small files", formatBytes(inlineBytes), "in the log’s packs")}
      </ul>
    </div>`;
  }
}

function share(part: number, whole: number): string {
  return part > 0 && part < whole / 100 ? "under 1 %" : formatPercent(part, whole);
}

function fact(name: string, value: string, note: string, dot?: string): TemplateResult {
  return html`<li>
    <span>${dot ? html`<span class="dot ${dot}"></span> ` : ""}${name}</span>
    <strong>${value}</strong>
    <span class="quiet">${note}</span>
  </li>`;
}

customElements.define("tp-meter", MeterPanel);
