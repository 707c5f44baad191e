/**
 * Which old versions are kept. A version is kept by any of `keepVersions` and `keepFor`; where neither
 * is given all are. What a listing shows, and what a tag or a pin shows, is always kept.
 */
export interface RetentionPolicy {
  /** The newest versions of each file that still exists, the present one included. */
  readonly keepVersions?: number;
  /** Versions that were the present one within so many milliseconds. */
  readonly keepFor?: number;
  /** The oldest versions go until history takes no more than so many bytes, whatever the others keep. */
  readonly maxBytes?: number;
}

/** The policy of a new pond: 10 versions or 7 days, whichever is more. */
export const DEFAULT_RETENTION: RetentionPolicy = {
  keepVersions: 10,
  keepFor: 7 * 24 * 60 * 60 * 1000,
};

/** A name for a commit. What it shows is kept. */
export interface Tag {
  /** The name: any text that is not empty. */
  readonly name: string;
  /** The commit. */
  readonly seq: number;
}

/** How vacuum is run. */
export interface VacuumOptions {
  /** Only tells what would be dropped. */
  readonly dryRun?: boolean;
  /** Only versions of what these paths or globs find, or found when it was removed. Default: all. */
  readonly paths?: readonly string[];
  /** Ends it between two slices. What was dropped by then stays dropped. */
  readonly signal?: AbortSignal;
  /** Called now and then. */
  readonly onProgress?: (progress: VacuumProgress) => void;
}

/** How far vacuum is. */
export interface VacuumProgress {
  /** Old rows that were looked at. */
  readonly scanned: number;
  /** Versions that were dropped, or would be. */
  readonly dropped: number;
}

/** A version that vacuum drops. */
export interface DroppedVersion {
  /** Where the version stood; the last path known, where its directory is gone. */
  readonly path: string;
  /** The node's version ordinal. */
  readonly version: number;
  /** The commit that wrote it. */
  readonly txnSeq: number;
  /** Length in bytes. */
  readonly size: number;
}

/** What vacuum did, or with `dryRun` would do. */
export interface VacuumReport {
  /** Versions that were dropped. */
  readonly droppedVersions: number;
  /** Commits that left the log. */
  readonly droppedCommits: number;
  /** Bytes that were freed: of packs, and of large files that nothing names any more. */
  readonly freedBytes: number;
  /** Below this commit only tagged and pinned commits can be opened. */
  readonly horizon: number;
  /** With `dryRun`: the versions that would be dropped. */
  readonly dropped: readonly DroppedVersion[];
}
