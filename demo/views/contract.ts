import type { Pond } from "tinypond";

/** What the explorer gives to each of its views. */
export interface ViewContext {
  /** The open pond. */
  readonly pond: Pond;
  /** The root of a snapshot while the explorer steps back in time, else the live root. */
  readonly root: Pond["root"];
  /** The commit that the snapshot shows; undefined while the explorer shows the present. */
  readonly at?: number | undefined;
  /** Tells people who listen instead of look what has happened. */
  announce(message: string): void;
  /** Shows an error in words, with what to do about it. `doing`: "Could not read “a.parquet”". */
  fail(error: unknown, doing: string): void;
  /** Reads again what the frame shows: the listing, the sizes. */
  refresh(): void;
  /** Leads to a directory or opens a file, wherever it is. */
  openPath(path: string): void;
  /** Steps to a commit, and with undefined back to the present. */
  goTo(at: number | undefined): void;
}
