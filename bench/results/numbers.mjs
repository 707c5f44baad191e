/** Milliseconds with as many digits as they are worth. */
export function time(ms) {
  if (ms >= 10_000) return `${(ms / 1000).toFixed(1)} s`;
  if (ms >= 100) return `${Math.round(ms)} ms`;
  return `${ms.toFixed(ms < 10 ? 2 : 1)} ms`;
}

/** Bytes in the unit that suits them. */
export function bytes(count) {
  const units = ["B", "KiB", "MiB", "GiB"];
  let value = Math.abs(count);
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${count < 0 ? "-" : ""}${value.toFixed(unit === 0 || value >= 100 ? 0 : 1)} ${units[unit]}`;
}

/** A ratio with two or three digits. */
export function times(value) {
  return `${value.toFixed(value < 10 ? 2 : 0)} x`;
}

/** A number with separators, as in texts about sizes. */
export function count(value) {
  return value.toLocaleString("en-US");
}
