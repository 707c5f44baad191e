/** Seconds of a moment, rounded down, and what is left of it as digits: `.123456`, or nothing. */
interface Split {
  readonly seconds: bigint;
  readonly fraction: string;
}

const DAY_MILLIS = 86_400_000n;

/** Units of a second by Arrow's number of a unit: seconds, milliseconds, microseconds, nanoseconds. */
const PER_SECOND = [1n, 1_000n, 1_000_000n, 1_000_000_000n];

/** A moment as ISO 8601, without a zone; the bare number where no calendar has that day. */
export function momentText(value: bigint, unit: number): string {
  const { seconds, fraction } = split(value, unit);
  const date = new Date(Number(seconds) * 1000);
  if (Number.isNaN(date.getTime())) return String(value);
  return `${date.toISOString().slice(0, -".000Z".length)}${fraction}`;
}

/** A time of day: `12:30:00.5`. */
export function clockText(value: bigint, unit: number): string {
  const { seconds, fraction } = split(value, unit);
  const two = (part: bigint) => String(part).padStart(2, "0");
  return `${two(seconds / 3600n)}:${two((seconds / 60n) % 60n)}:${two(seconds % 60n)}${fraction}`;
}

/** A day: `2026-11-22`. @param isDays whether it is counted in days, and not in milliseconds */
export function dayText(value: bigint, isDays: boolean): string {
  const date = new Date(Number(value * (isDays ? DAY_MILLIS : 1n)));
  return Number.isNaN(date.getTime()) ? String(value) : (date.toISOString().split("T")[0] ?? "");
}

/** A decimal number from its digits. */
export function decimalText(value: bigint, scale: number): string {
  if (scale <= 0) return `${value}${"0".repeat(-scale)}`;
  const digits = String(value < 0n ? -value : value).padStart(scale + 1, "0");
  return `${value < 0n ? "-" : ""}${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
}

function split(value: bigint, unit: number): Split {
  const perSecond = PER_SECOND[unit] ?? 1n;
  const rest = ((value % perSecond) + perSecond) % perSecond;
  if (rest === 0n) return { seconds: value / perSecond, fraction: "" };
  const digits = String(rest).padStart(String(perSecond).length - 1, "0");
  return { seconds: (value - rest) / perSecond, fraction: `.${digits.replace(/0+$/, "")}` };
}
