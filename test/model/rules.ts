/**
 * The rules of the protocol that are there for a reason which is hard to see. Each can be switched off
 * in the model, and then random schedules find what it is for.
 */
export interface TreeRules {
  /** Every directory on the way to a written name still stands where it stood at the base. */
  readonly waysStand: boolean;
  /** Nothing was written below a directory that the transaction takes out of reach. */
  readonly nothingLostBelow: boolean;
  /** What was written there is read from the changes since the base, not from the rows that stand there. */
  readonly lossesByChanges: boolean;
  /** Appending to a series and compacting it write the series' own name. */
  readonly seriesHoldItsName: boolean;
  /** A checkpoint does not end the reading of a series: what it does not cover counts wherever it stands. */
  readonly readPastCheckpoint: boolean;
  /** A compaction covers nothing beyond its base, the transaction's own segments least of all. */
  readonly ownSegmentsUncovered: boolean;
  /** Totals and ordinals continue the newest row at the commit; a compaction adds nothing to them. */
  readonly totalsAtCommit: boolean;
  /** A compaction and a replacement of one series conflict. */
  readonly checkpointsConflict: boolean;
  /** Names that were used and are free again count as written. */
  readonly touchedNamesCount: boolean;
  /** A version keeps the number of the commit that made it when its row is moved. */
  readonly versionsKeepTheirNumber: boolean;
  /** Only what lives nowhere is brought back. */
  readonly restoreOnlyTheDead: boolean;
  /** In a group each commit is judged on those before it in the group as well. */
  readonly groupJudgesItself: boolean;
  /** Retention writes the new horizon before it asks which commits are open. */
  readonly horizonBeforePins: boolean;
  /** Every row that names bytes has a reference of its own: moved and restored ones, and checkpoints. */
  readonly everyRowRefers: boolean;
  /** Changes are kept down to the lowest base that is still open. */
  readonly changesToLowestPin: boolean;
  /** Versions to keep of a live node are kept in directories, too, that nothing reaches any more. */
  readonly keptInDeadDirectories: boolean;
  /** Segments go with the last row of their node, and not with a moved one. */
  readonly segmentsGoWithNode: boolean;
  /** A restore rereads its source in the commit. */
  readonly restoreRereads: boolean;
  /** A purge raises the horizon: no commit opens any more that would show a hole. */
  readonly purgeRaisesHorizon: boolean;
  /** What a tag, a reader or a transaction shows is not purged. */
  readonly purgeSparesReaders: boolean;
  /** Where a row is dropped, the row that continued it continues the one before. */
  readonly spliceHistory: boolean;
}

/** What publishes, commits and collects bytes by. */
export interface BytesRules {
  /** Bytes that were found stored are kept in memory until the commit is known. */
  readonly keepBytes: boolean;
  /** The lock of a blob is held from publishing until the outcome is known. */
  readonly holdLock: boolean;
  /** A commit whose answer was lost is looked for by its id before it is tried again. */
  readonly lookUpOutcome: boolean;
  /** Whether a blob is stored is asked of the file and not of its row. */
  readonly askTheFile: boolean;
  /** A blob that is there is verified before it is shared. */
  readonly verifyShared: boolean;
  /** gc reads the references again under the blob's lock. */
  readonly rereadUnderLock: boolean;
  /** gc leaves packs and temporaries whose owner lives. */
  readonly spareLiveOwners: boolean;
  /** An owner takes its lock before it writes anything. */
  readonly ownerLockFirst: boolean;
}

/** All rules of the tree as they hold. */
export const TREE_RULES: TreeRules = {
  waysStand: true,
  nothingLostBelow: true,
  lossesByChanges: true,
  seriesHoldItsName: true,
  readPastCheckpoint: true,
  ownSegmentsUncovered: true,
  totalsAtCommit: true,
  checkpointsConflict: true,
  touchedNamesCount: true,
  versionsKeepTheirNumber: true,
  restoreOnlyTheDead: true,
  groupJudgesItself: true,
  horizonBeforePins: true,
  everyRowRefers: true,
  changesToLowestPin: true,
  keptInDeadDirectories: true,
  segmentsGoWithNode: true,
  restoreRereads: true,
  spliceHistory: true,
  purgeRaisesHorizon: true,
  purgeSparesReaders: true,
};

/** All rules of bytes as they hold. */
export const BYTES_RULES: BytesRules = {
  keepBytes: true,
  holdLock: true,
  lookUpOutcome: true,
  askTheFile: true,
  verifyShared: true,
  rereadUnderLock: true,
  spareLiveOwners: true,
  ownerLockFirst: true,
};
