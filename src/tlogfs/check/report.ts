/**
 * What is wrong. Each kind says what `repair` can do about it. `quarantined` is what an earlier repair
 * could not mend and has set aside: reading it is a typed error, everything else is readable.
 */
export type FindingKind =
  | "corrupt-row"
  | "missing-row"
  | "missing-pack"
  | "corrupt-bytes"
  | "missing-blob"
  | "truncated-blob"
  | "corrupt-blob"
  | "missing-blob-row"
  | "corrupt-blob-row"
  | "missing-ref"
  | "stray-ref"
  | "orphan-blob"
  | "orphan-pack"
  | "orphan-temporary"
  | "orphan-row"
  | "wrong-count"
  | "wrong-totals"
  | "gap-in-log"
  | "broken-history"
  | "quarantined";

/** How bad it is. */
export type Severity = "error" | "leftover" | "known";

/** One fault. */
export interface Finding {
  /** What is wrong. */
  readonly kind: FindingKind;
  /**
   * `error`: something cannot be read, or sums are wrong. `leftover`: it only takes room. `known`: an
   * earlier repair has set it aside, and writing the same bytes again is all that can bring it back.
   */
  readonly severity: Severity;
  /** In words, naming what it is about. */
  readonly message: string;
  /** The path, where one is known. */
  readonly path?: string;
  /** The version of the node. */
  readonly version?: number;
  /** The hash of the bytes. */
  readonly sha256?: string;
  /** Index of the damaged 64 KiB page. */
  readonly page?: number;
  /** The key of the row, as JSON. */
  readonly key?: string;
}

/** How far a check is. */
export interface CheckProgress {
  /** What is looked at: rows, packs, blobs. */
  readonly phase: "rows" | "packs" | "blobs";
  /** How many of them were looked at. */
  readonly done: number;
}

/** How `check` is run. */
export interface CheckOptions {
  /** Also reads every byte of packs and blobs against their hashes. */
  readonly deep?: boolean;
  /** Ends it. */
  readonly signal?: AbortSignal;
  /** Called now and then. */
  readonly onProgress?: (progress: CheckProgress) => void;
}

/** What `check` found. */
export interface CheckReport {
  /** The commit as of which the pond was checked. */
  readonly seq: number;
  /** Every fault; none in a sound pond. */
  readonly findings: readonly Finding[];
  /** Rows of the log that were looked at. */
  readonly rows: number;
  /** Blobs that were looked at. */
  readonly blobs: number;
  /** Bytes that were read against their hashes: 0 unless `deep`. */
  readonly bytes: number;
  /**
   * Whether sums, counts and references were compared with the rows: the pond has to stand still for
   * that. `false` where other tabs wrote all the while; everything else was checked.
   */
  readonly settled: boolean;
}

/** What became of one finding. */
export interface Repaired {
  /** The finding. */
  readonly finding: Finding;
  /** `restored`: as it was. `quarantined`: set aside, reading it is a typed error. `removed`: a leftover is gone. `left`: see the message. */
  readonly outcome: "restored" | "quarantined" | "removed" | "left";
  /** In words. */
  readonly message: string;
}

/** What `repair` did. */
export interface RepairReport {
  /** One for each finding of the check's report. */
  readonly repaired: readonly Repaired[];
}
