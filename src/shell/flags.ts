import type { TimePoint, TimeSpan } from "../index.ts";
import type { CommandDescription, FlagDescription } from "./command-description.ts";
import { misuse } from "./misuse.ts";
import { closest } from "./suggest.ts";

const DURATIONS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 7 * 86_400_000,
};

const SIZES: Readonly<Record<string, number>> = {
  b: 1,
  kb: 1e3,
  mb: 1e6,
  gb: 1e9,
  tb: 1e12,
  kib: 2 ** 10,
  mib: 2 ** 20,
  gib: 2 ** 30,
  tib: 2 ** 40,
};

/** The flags that a command was given, each read as what it is asked for. All of it throws USAGE. */
export class Flags {
  readonly #command: CommandDescription;
  readonly #values: Readonly<Record<string, unknown>>;

  /** @param values by name, as mri gives them: one that was repeated is a list */
  constructor(command: CommandDescription, values: Readonly<Record<string, unknown>>) {
    this.#command = command;
    this.#values = values;
  }

  /** Whether a flag without a value was given. */
  isOn(name: string): boolean {
    return this.#last(name) === true;
  }

  /** The value as it was written. */
  text(name: string): string | undefined {
    const value = this.#last(name);
    if (value === undefined) return undefined;
    const text = String(value);
    if (text === "") throw this.#wrong(name, "it is empty");
    return text;
  }

  /** Names between commas. */
  names(name: string): readonly string[] | undefined {
    return this.text(name)?.split(",");
  }

  /** One of the choices of its description. */
  choice(name: string): string | undefined {
    const value = this.text(name);
    const choices = this.#description(name)?.choices ?? [];
    if (value === undefined || choices.includes(value)) return value;
    const why = `"${value}" is none of ${choices.join(", ")}`;
    throw this.#wrong(name, why, closest(value, choices));
  }

  /** A whole number from 0 on. */
  count(name: string): number | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    const count = Number(text.replaceAll("_", ""));
    if (/^[\d_]+$/.test(text) && Number.isSafeInteger(count)) return count;
    throw this.#wrong(name, `"${text}" is no whole number`);
  }

  /** Bytes: `1000`, `64MiB`, `1.5 GB`. */
  size(name: string): number | undefined {
    return this.#measure(name, SIZES, "b", "a size such as 64MiB");
  }

  /** Milliseconds: `7d`, `12h`, `30m`. */
  duration(name: string): number | undefined {
    return this.#measure(name, DURATIONS, undefined, "a duration such as 7d or 12h");
  }

  /** A JSON value. */
  json(name: string): unknown {
    const text = this.text(name);
    if (text === undefined) return undefined;
    try {
      return JSON.parse(text) as unknown;
    } catch (cause) {
      throw this.#wrong(name, `it is no JSON (${(cause as Error).message})`);
    }
  }

  /** A time of data: ISO 8601, in UTC unless it names a zone. */
  time(name: string): TimePoint | undefined {
    const text = this.text(name);
    return text === undefined ? undefined : this.#time(name, text);
  }

  /** `START..END`, of which either may be missing. */
  span(name: string): TimeSpan | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    const [start, end, ...more] = text.split("..");
    if (start === undefined || end === undefined || more.length > 0 || (!start && !end)) {
      throw this.#wrong(name, `"${text}" is not START..END`);
    }
    return {
      ...(start && { start: this.#time(name, start) }),
      ...(end && { end: this.#time(name, end) }),
    };
  }

  #time(name: string, text: string): Date {
    const time = parseTime(text, "UTC");
    if (time) return time;
    throw this.#wrong(name, `"${text}" is no date such as 2026-11-22 or 2026-11-22T12:30`);
  }

  #measure(
    name: string,
    units: Readonly<Record<string, number>>,
    without: string | undefined,
    wanted: string,
  ): number | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    const [, digits, unit = ""] = /^([\d_.]+)\s*([a-z]*)$/i.exec(text) ?? [];
    const factor = units[unit === "" ? (without ?? "") : unit.toLowerCase()];
    const amount = Number(digits?.replaceAll("_", ""));
    if (factor !== undefined && Number.isFinite(amount)) return Math.round(amount * factor);
    throw this.#wrong(name, `"${text}" is not ${wanted}`);
  }

  #last(name: string): unknown {
    const value = this.#values[name];
    return Array.isArray(value) ? value.at(-1) : value;
  }

  #description(name: string): FlagDescription | undefined {
    return this.#command.flags.find((flag) => flag.name === name);
  }

  #wrong(name: string, why: string, suggestion?: string): Error {
    return misuse(this.#command, `--${name}: ${why}`, suggestion);
  }
}

/** A date with or without a time of day; without a zone it is read in the given one. */
export function parseTime(text: string, zone: "UTC" | "local"): Date | undefined {
  const match = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d+)?)?)(Z|[+-]\d\d:?\d\d)?)?$/i;
  const [, day, clock = "00:00", offset = zone === "UTC" ? "Z" : ""] =
    match.exec(text.trim()) ?? [];
  const time = new Date(`${day}T${clock}${offset}`);
  return day === undefined || Number.isNaN(time.getTime()) ? undefined : time;
}
