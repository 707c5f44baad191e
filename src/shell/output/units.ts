const UNITS = ["B", "kB", "MB", "GB", "TB", "PB"];

/** Bytes for people: `13.5 MB`, a unit being a thousand of the last; or all digits. */
export function formatBytes(bytes: number, isExact = false): string {
  if (isExact) return String(bytes);
  let value = bytes;
  let unit = 0;
  while (value >= 999.95 && unit < UNITS.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${unit === 0 ? value : value.toFixed(1)} ${UNITS[unit]}`;
}

/** A count with separators: `3,000,000`. */
export function formatCount(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ",");
}

/** A count with its noun: `1 row`, `3,000,000 rows`. */
export function counted(count: number, noun: string, plural: string = `${noun}s`): string {
  return `${formatCount(count)} ${count === 1 ? noun : plural}`;
}

/** A time in microseconds since 1970, on the user's clock. */
export function formatTime(micros: number): string {
  if (micros === 0) return "-";
  const date = new Date(micros / 1000);
  const two = (part: number) => String(part).padStart(2, "0");
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}

/** A range of times in UTC, without zeros at the end of a second's fraction. */
export function formatRange({ min, max }: { readonly min: number; readonly max: number }): string {
  const [from, to] = [min, max].map((micros) => isoTime(micros).replace(/\.?0+Z$/, "Z"));
  return `${from} to ${to}`;
}

/** A time in UTC for programs, with six digits. */
export function isoTime(micros: number): string {
  const millis = Math.floor(micros / 1000);
  const rest = String(micros - millis * 1000).padStart(3, "0");
  const date = new Date(millis);
  return Number.isNaN(date.getTime())
    ? String(micros)
    : date.toISOString().replace("Z", `${rest}Z`);
}
