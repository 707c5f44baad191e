import { type Key, META_COPY_KEY, META_KEY } from "./keys.ts";

/** A row without its checksum. */
export type Fields = Readonly<Record<string, unknown>>;

/** What becomes of a row in the next format: the rows that take its place, none, or itself under its key. */
export type Rewrite = (row: Fields, key: Key) => readonly (readonly [key: Key, row: Fields])[];

/** What makes a pond of one format one of the next. Families that are not named stay as they are. */
export interface FormatStep {
  readonly from: number;
  /** By the first element of the key. */
  readonly families: Readonly<Record<string, Rewrite>>;
}

/**
 * All steps, oldest first. A format that was released stays as its step made it: what changes later is
 * one more step, with a fixture of the format before it (`test/fixtures`).
 */
export const FORMAT_STEPS: readonly FormatStep[] = [{ from: 1, families: { meta: toFormat2 } }];

const DAY_MS = 24 * 60 * 60 * 1000;

/** Times in milliseconds, a word on where large files are, and a copy for when a bit of the row flips. */
function toFormat2({ retention, ...row }: Fields): [Key, Fields][] {
  const { keepForDays, ...others } = retention as { keepForDays?: number };
  const keepFor = keepForDays === undefined ? {} : { keepFor: keepForDays * DAY_MS };
  const meta = {
    ...row,
    format: 2,
    minReader: 2,
    minWriter: 2,
    retention: { ...others, ...keepFor },
    blobs: "opfs",
  };
  return [
    [META_KEY, meta],
    [META_COPY_KEY, meta],
  ];
}
