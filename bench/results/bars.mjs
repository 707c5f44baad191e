import { time } from "./numbers.mjs";

const WIDTH = 360;
const HEIGHT = 22;
/** A bar that would be longer is cut, and says so. */
const LONGEST = 12;

/** What the full width of a group's bars stands for: the slowest, but not so slow that ours cannot be seen. */
export function scaleOf(medians, ours) {
  const slowest = Math.max(...medians);
  const shortest = ours ?? Math.min(...medians);
  return Math.min(slowest, LONGEST * shortest) * 1.05;
}

/** A median as a bar, its spread as a line through its end. */
export function bar({ median, low, high }, full, isOurs) {
  const x = (value) => Math.min(WIDTH, (value / full) * WIDTH);
  const isCut = median > full;
  const middle = HEIGHT / 2;
  const shape = `<rect class="${isOurs ? "ours" : "other"}" x="0" y="4" width="${x(median).toFixed(1)}" height="${HEIGHT - 8}" rx="2"/>`;
  const spread = isCut
    ? `<path class="cut" d="M${WIDTH - 14} 2 l6 ${HEIGHT - 4} M${WIDTH - 8} 2 l6 ${HEIGHT - 4}"/>`
    : `<path class="spread" d="M${x(low).toFixed(1)} ${middle} H${x(high).toFixed(1)} M${x(low).toFixed(1)} ${middle - 4} v8 M${x(high).toFixed(1)} ${middle - 4} v8"/>`;
  const label = `${time(median)}, from ${time(low)} to ${time(high)}${isCut ? "; the bar is cut" : ""}`;
  return `<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}" role="img" aria-label="${label}"><title>${label}</title>${shape}${spread}</svg>`;
}
