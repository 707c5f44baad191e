import { css, html, svg, type TemplateResult } from "lit";
import { formatCount, formatCounted } from "../../format.ts";
import type { Description } from "./row-source.ts";

const WIDTH = 1000;
const HEIGHT = 40;
const MOST_SEGMENTS = 1000;

export const timeStyles = css`
  svg.time {
    height: 48px;
  }
  .time .even {
    fill: var(--_accent);
  }
  .time .odd {
    fill: color-mix(in srgb, var(--_accent) 62%, var(--_text));
  }
  .time .gap {
    fill: color-mix(in srgb, var(--_warn) 45%, var(--_surface-2));
  }
  .time .overlap {
    fill: var(--_danger);
  }
`;

/** The time of each segment of a series, with the times that have no rows, or two segments. */
export function timeFigure(description: Description): TemplateResult | "" {
  const { timeRange, files, gaps, overlaps } = description;
  if (!timeRange || timeRange.max <= timeRange.min) return "";
  const { min: start, max: end } = timeRange;
  const segments = files
    .flatMap((file, at) => (file.timeRange ? { ...file.timeRange, rows: file.rowCount, at } : []))
    .slice(-MOST_SEGMENTS);
  const x = (time: number) =>
    (WIDTH * (Math.min(end, Math.max(start, time)) - start)) / (end - start);
  const wide = (from: number, to: number) => Math.max(0.8, x(to) - x(from));
  const told = [
    formatCounted(gaps.length, "gap"),
    overlaps.length === 0 ? "no overlaps" : formatCounted(overlaps.length, "overlap"),
  ];
  return html`<figure class="panel">
    <svg class="time" viewBox="0 0 ${WIDTH} ${HEIGHT}" preserveAspectRatio="none" role="img"
      aria-label="Over time: ${formatCounted(segments.length, "segment")}, ${told.join(", ")}">
      ${segments.map(
        ({
          at,
          rows,
          min,
          max,
        }) => svg`<rect class=${at % 2 === 0 ? "even" : "odd"} y="0" height=${HEIGHT}
          x=${x(min)} width=${wide(min, max)}>
          <title>Segment ${formatCount(at + 1)}: ${formatCounted(rows, "row")} from ${momentText(min)} to ${momentText(max)}</title></rect>`,
      )}
      ${gaps.map(
        (
          gap,
        ) => svg`<rect class="gap" y="0" height=${HEIGHT} x=${x(gap.start)} width=${wide(gap.start, gap.end)}>
          <title>No rows from ${momentText(gap.start)} to ${momentText(gap.end)}</title></rect>`,
      )}
      ${overlaps.map(
        (
          overlap,
        ) => svg`<rect class="overlap" y=${HEIGHT - 8} height="8" x=${x(overlap.start)} width=${wide(overlap.start, overlap.end)}>
          <title>Segments ${overlap.segments.map((one) => one + 1).join(" and ")} both have rows here</title></rect>`,
      )}
    </svg>
    <div class="axis quiet"><span>${momentText(start)}</span><span>${momentText(end)}</span></div>
    <figcaption class="quiet">
      Over time, segment by segment: ${told.join(", ")}. Times without rows are amber,
      times of two segments have a red foot.
    </figcaption>
  </figure>`;
}

/** A moment of the data as the grid shows it: of UTC, to the second. */
export function momentText(micros: number | undefined): string {
  if (micros === undefined) return "";
  const date = new Date(micros / 1000);
  return Number.isNaN(date.getTime())
    ? String(micros)
    : date.toISOString().slice(0, "2001-02-03T04:05:06".length).replace("T", " ");
}
