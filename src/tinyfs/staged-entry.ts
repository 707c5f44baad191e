import type { ContentDetails, Entry, RowRef } from "./entry.ts";
import type { StagedEntry } from "./write-set.ts";

/** The fields of a row that is not committed. */
export function pending(): { placedSeq: number; txnSeq: number; timestamp: number } {
  return { placedSeq: 0, txnSeq: 0, timestamp: Date.now() * 1000 };
}

/** Whether the transaction has made a new version of the entry. */
export function isDirty(entry: Entry): boolean {
  return (entry as StagedEntry).dirty === true;
}

/** The committed row that an entry continues: itself, where it is committed. */
export function homeOf(entry: Entry): { home?: RowRef; restored?: boolean } {
  if (entry.placedSeq === 0) {
    const { home, restored } = entry as StagedEntry;
    return { ...(home && { home }), ...(restored && { restored }) };
  }
  const { dirId, name, placedSeq } = entry;
  return { home: { dirId, name, placedSeq } };
}

/** What is known of an entry's rows, and nothing else of it. */
export function detailsOf(entry: ContentDetails): ContentDetails {
  const { rowCount, timeRange, schemaFingerprint, columns } = entry;
  return {
    ...(rowCount !== undefined && { rowCount }),
    ...(timeRange && { timeRange }),
    ...(schemaFingerprint !== undefined && { schemaFingerprint }),
    ...(columns && { columns }),
  };
}
