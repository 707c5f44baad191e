const counts = new Intl.NumberFormat("en");
const oneDigit = new Intl.NumberFormat("en", { maximumFractionDigits: 1 });
const twoDigits = new Intl.NumberFormat("en", { maximumSignificantDigits: 2 });
const dates = new Intl.DateTimeFormat("en", { dateStyle: "medium", timeStyle: "short" });

const BYTE_UNITS = ["B", "kB", "MB", "GB", "TB"];

/** A count with separators: 3,000,000. */
export function formatCount(count: number): string {
  return counts.format(count);
}

/** A count with its noun: "1 row", "3,000,000 rows". */
export function formatCounted(count: number, noun: string): string {
  return `${formatCount(count)} ${noun}${count === 1 ? "" : "s"}`;
}

/** Bytes in the largest decimal unit that leaves a whole: 13.5 MB. */
export function formatBytes(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 999.95 && unit < BYTE_UNITS.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${oneDigit.format(value)} ${BYTE_UNITS[unit]}`;
}

/** A share of a whole as "47 %". */
export function formatPercent(part: number, whole: number): string {
  return `${Math.min(100, Math.floor((100 * part) / Math.max(1, whole)))} %`;
}

/** Seconds as people say them: "0.04 s", "12 s", "3 min 5 s". */
export function formatSeconds(seconds: number): string {
  if (seconds < 10) return `${twoDigits.format(seconds)} s`;
  const whole = Math.round(seconds);
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`;
}

/** A commit's time, which is in microseconds since 1970. */
export function formatTime(micros: number): string {
  return dates.format(new Date(micros / 1000));
}

/** The same time for machines, as the `datetime` of a `<time>` element. */
export function isoTime(micros: number): string {
  return new Date(micros / 1000).toISOString();
}
