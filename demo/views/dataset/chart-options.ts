import uPlot from "uplot";

/** How large a chart is, and what stands on its axes. */
export interface ChartLook {
  readonly width: number;
  readonly height: number;
  readonly x: string;
  readonly y: string;
  readonly isTime: boolean;
  readonly isTimeUp: boolean;
  readonly hasRange: boolean;
}

/** The options of a chart in the colours of the element that it stands in. */
export function chartOptions(host: Element, look: ChartLook): uPlot.Options {
  const style = getComputedStyle(host);
  const color = (name: string, otherwise: string) =>
    style.getPropertyValue(name).trim() || otherwise;
  const text = color("--tp-muted", "gray");
  const accent = color("--tp-accent", "teal");
  const grid = { stroke: color("--tp-border", "silver"), width: 1 };
  const axis = {
    stroke: text,
    grid,
    ticks: grid,
    font: "12px system-ui",
    labelFont: "12px system-ui",
  };
  const value = look.isTimeUp ? (_: uPlot, seconds: number | null) => moment(seconds) : number;
  const bound = { stroke: "transparent", points: { show: false }, value };
  return {
    width: look.width,
    height: look.height,
    tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), "Etc/UTC"),
    scales: { x: { time: look.isTime }, y: { time: false } },
    axes: [
      { ...axis, label: look.x },
      {
        ...axis,
        label: look.y,
        size: 72,
        values: (_, ticks) => ticks.map((tick) => (look.isTimeUp ? moment(tick) : compact(tick))),
      },
    ],
    series: [
      { label: look.x, value: look.isTime ? (_, seconds) => moment(seconds) : number },
      { label: "mean", stroke: accent, width: 1.5, points: { show: false }, value },
      ...(look.hasRange
        ? [
            { label: "least", ...bound },
            { label: "greatest", ...bound },
          ]
        : []),
    ],
    bands: look.hasRange
      ? [{ series: [3, 2], fill: `color-mix(in srgb, ${accent} 22%, transparent)` }]
      : [],
    cursor: { drag: { x: true, y: false } },
  };
}

function number(_: uPlot, value: number | null): string {
  return value === null ? "–" : String(Number(value.toPrecision(8)));
}

function compact(value: number): string {
  return COMPACT.format(value);
}

const COMPACT = new Intl.NumberFormat("en", { notation: "compact", maximumSignificantDigits: 4 });

function moment(seconds: number | null): string {
  if (seconds === null) return "–";
  const date = new Date(seconds * 1000);
  return Number.isNaN(date.getTime())
    ? String(seconds)
    : date.toISOString().slice(0, "2001-02-03T04:05:06".length).replace("T", " ");
}
