/** The text of a value as a number, or `undefined` where it is none of the kind. */
export type Parse<Value> = (text: string) => Value | undefined;

const SECONDS_PER_DAY = 86_400;
/** From 0000-03-01. */
const DAYS_TO_1970 = 719_468;
const ZERO = 48;
const DASH = 45;
const SPACE = 32;
const CAPITAL_T = 84;
const INT64_MAX = 2n ** 63n - 1n;

const INTEGER = /^[+-]?\d{1,19}$/;
const DECIMAL = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
/** What may follow the minutes: seconds, their fraction, and the zone. */
const REST = /^(?::(\d{2})(?:[.,](\d{1,6})0*)?)?(Z|[+-]\d{2}(?::?\d{2})?)?$/;

const numbers: Readonly<Record<string, number>> = {
  NaN: Number.NaN,
  nan: Number.NaN,
  Infinity: Number.POSITIVE_INFINITY,
  "-Infinity": Number.NEGATIVE_INFINITY,
  inf: Number.POSITIVE_INFINITY,
  "-inf": Number.NEGATIVE_INFINITY,
};

const truths: Readonly<Record<string, boolean>> = {
  true: true,
  t: true,
  yes: true,
  y: true,
  "1": true,
  false: false,
  f: false,
  no: false,
  n: false,
  "0": false,
};

/** A whole number of 32 bits. */
export const parseInt32: Parse<number> = (text) => {
  if (!INTEGER.test(text)) return undefined;
  const value = Number(text);
  return value === (value | 0) ? value | 0 : undefined;
};

/** A whole number of 64 bits. */
export const parseInt64: Parse<bigint> = (text) => {
  if (!INTEGER.test(text)) return undefined;
  const value = BigInt(text);
  return value > INT64_MAX || value < -INT64_MAX - 1n ? undefined : value;
};

/** A decimal number, or one of the words for none. */
export const parseFloat64: Parse<number> = (text) =>
  DECIMAL.test(text) ? Number(text) : numbers[text];

/** A word for true or false. */
export const parseBoolean: Parse<boolean> = (text) => truths[text.toLowerCase()];

/** A date of the calendar in days since 1970. */
export const parseDate: Parse<number> = (text) => (text.length === 10 ? parseDay(text) : undefined);

/** A time without a zone, in microseconds since 1970 as if it were UTC. */
export const parseTimestamp: Parse<bigint> = (text) => toMicros(text, false);

/** A time with a zone, in microseconds since 1970. */
export const parseTimestampUtc: Parse<bigint> = (text) => toMicros(text, true);

/** By the position of its digits: a pattern for all of it takes several times as long. */
function toMicros(text: string, hasZone: boolean): bigint | undefined {
  const days = parseDay(text);
  const separator = text.charCodeAt(10);
  const hours = digits(text, 11, 2);
  const minutes = digits(text, 14, 2);
  if (days === undefined || !(hours <= 23 && minutes <= 59)) return undefined;
  if ((separator !== CAPITAL_T && separator !== SPACE) || text[13] !== ":") return undefined;
  const rest = parseRest(text.slice(16), hasZone);
  if (!rest) return undefined;
  const seconds = days * SECONDS_PER_DAY + hours * 3600 + minutes * 60 + rest.seconds;
  return BigInt(seconds) * 1_000_000n + BigInt(rest.micros);
}

function parseRest(
  text: string,
  hasZone: boolean,
): { seconds: number; micros: number } | undefined {
  const match = REST.exec(text);
  if (!match) return undefined;
  const [, second = "0", fraction = "", zone] = match;
  const offset = zone === undefined ? 0 : offsetSeconds(zone);
  if ((zone !== undefined) !== hasZone || Number(second) > 59 || offset === undefined)
    return undefined;
  return { seconds: Number(second) - offset, micros: Number(fraction.padEnd(6, "0")) };
}

function offsetSeconds(zone: string): number | undefined {
  if (zone === "Z") return 0;
  const [hours, minutes] = [Number(zone.slice(1, 3)), Number(zone.slice(3).replace(":", "") || 0)];
  if (hours > 23 || minutes > 59) return undefined;
  return (hours * 3600 + minutes * 60) * (zone.startsWith("-") ? -1 : 1);
}

/** The date that a text begins with. */
function parseDay(text: string): number | undefined {
  const [year, month, day] = [digits(text, 0, 4), digits(text, 5, 2), digits(text, 8, 2)];
  if (text.charCodeAt(4) !== DASH || text.charCodeAt(7) !== DASH) return undefined;
  if (!(year >= 0 && month >= 1 && month <= 12 && day >= 1)) return undefined;
  return day <= daysInMonth(year, month) ? daysSince1970(year, month, day) : undefined;
}

/** So many digits as a number; NaN where one is none. */
function digits(text: string, from: number, count: number): number {
  let value = 0;
  for (let at = from; at < from + count; at += 1) {
    const digit = text.charCodeAt(at) - ZERO;
    if (!(digit >= 0 && digit <= 9)) return Number.NaN;
    value = value * 10 + digit;
  }
  return value;
}

function daysInMonth(year: number, month: number): number {
  if (month !== 2) return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
  const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  return isLeap ? 29 : 28;
}

/** Counts years from March, so that the leap day is the last of its year. */
function daysSince1970(year: number, month: number, day: number): number {
  const marchYear = month > 2 ? year : year - 1;
  const monthFromMarch = (month + 9) % 12;
  const leapDays =
    Math.floor(marchYear / 4) - Math.floor(marchYear / 100) + Math.floor(marchYear / 400);
  const dayOfYear = Math.floor((153 * monthFromMarch + 2) / 5) + day - 1;
  return marchYear * 365 + leapDays + dayOfYear - DAYS_TO_1970;
}
