import { css, html, svg, type TemplateResult } from "lit";
import { formatCount, formatPercent } from "../../format.ts";
import type { Bar, Spread } from "./histogram.ts";

const WIDTH = 240;
const HEIGHT = 56;

export const spreadStyles = css`
  .spread {
    display: block;
    width: 100%;
    height: 56px;
  }
  .spread rect {
    fill: var(--_accent);
  }
  .values {
    display: grid;
    gap: 2px;
    font-size: 0.85em;
  }
  .values li {
    position: relative;
    display: flex;
    justify-content: space-between;
    gap: var(--_2);
    padding: 1px var(--_2);
  }
  .values li > * {
    position: relative;
  }
  .values .fill {
    position: absolute;
    inset: 0 auto 0 0;
    border-radius: 3px;
    background: color-mix(in srgb, var(--_accent) 24%, transparent);
  }
  .values .name {
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
`;

/** Bars over a range, or the commonest values. */
export function spreadFigure({ kind, bars, others }: Spread, rows: number): TemplateResult {
  if (bars.length === 0) return html`<p class="quiet">No values</p>`;
  return kind === "range" ? histogram(bars) : commonest(bars, others, rows);
}

function histogram(bars: readonly Bar[]): TemplateResult {
  const most = Math.max(1, ...bars.map(({ count }) => count));
  const step = WIDTH / bars.length;
  const peak = bars.find(({ count }) => count === most);
  return html`<svg
    class="spread"
    viewBox="0 0 ${WIDTH} ${HEIGHT}"
    preserveAspectRatio="none"
    role="img"
    aria-label="Histogram; most values are ${peak?.label ?? ""}"
  >
    ${bars.map(({ label, count }, at) => {
      const height = count === 0 ? 0 : Math.max(1.5, (HEIGHT - 1) * (count / most));
      return svg`<rect x=${at * step + 0.5} width=${Math.max(0.5, step - 1)} y=${HEIGHT - height} height=${height}>
        <title>${label}: ${formatCount(count)}</title></rect>`;
    })}
  </svg>`;
}

function commonest(bars: readonly Bar[], others: number, rows: number): TemplateResult {
  const most = Math.max(1, ...bars.map(({ count }) => count));
  const all = others > 0 ? [...bars, { label: "all others", count: others }] : bars;
  return html`<ul class="values" aria-label="The commonest values">
    ${all.map(
      ({ label, count }, at) => html`<li>
        ${
          at < bars.length
            ? html`<span class="fill" style="width:${(100 * count) / most}%"></span>`
            : ""
        }
        <span class="name ${at < bars.length ? "" : "quiet"}">${label === "" ? "“”" : label}</span>
        <span class="number">${formatPercent(count, rows)}</span>
      </li>`,
    )}
  </ul>`;
}
