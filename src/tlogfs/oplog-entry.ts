import type {
  Entry,
  Place,
  RowEnd,
  Segment,
  SegmentRow,
  SupersededEntry,
} from "../tinyfs/entry.ts";
import type { NodeId } from "../tinyfs/node-id.ts";
import { type StorageStrategy, type StoredContent, storageOf } from "./content.ts";
import type { Sealed } from "./oplog-rows.ts";

/**
 * A row of a name in the log: one version of one node, with where its bytes are. It is kept short:
 * Chromium takes twice the time to store values of more than about 430 bytes.
 */
export interface OplogEntry extends Omit<Entry, "content" | "partId">, Sealed {
  /** Absent where it is `dirId`. */
  readonly partId?: NodeId;
  /** Absent for what holds no bytes. */
  readonly storage?: StorageStrategy;
}

/** A row that a later commit ended. */
export interface EndedOplogEntry extends OplogEntry {
  readonly endSeq: number;
  readonly end: RowEnd;
  readonly to?: Place;
}

/** A segment in a row of a series. */
export interface SegmentRecord extends Omit<Segment, "content"> {
  readonly size: number;
  readonly sha256: string;
  readonly storage: StorageStrategy;
}

/** A row of a series in the log. */
export interface SegmentRowRecord extends Omit<SegmentRow, "segments">, Sealed {
  readonly segments: readonly SegmentRecord[];
}

/** Whether a row's bytes are a blob of their own. */
export function isLargeFile({ storage }: { readonly storage?: StorageStrategy }): boolean {
  return storage?.kind === "blob";
}

/** An entry as a row without its checksum; its content must be committed, or be so with this row. */
export function toOplogEntry<Row extends Entry>({
  content,
  partId,
  ...row
}: Row): Omit<Row, "content" | "partId"> & Pick<OplogEntry, "partId" | "storage"> {
  return {
    ...row,
    ...(partId !== row.dirId && { partId }),
    ...(content && { storage: storageOf(content) }),
  };
}

/** A row as the core knows it. */
export function toEntry(row: EndedOplogEntry): SupersededEntry;
export function toEntry(row: OplogEntry): Entry;
export function toEntry({ storage, sum: _, ...row }: OplogEntry): Entry {
  const entry: Writable<Omit<Entry, "partId"> & Partial<Entry>> = row; // a copy already: one for each row
  entry.partId ??= row.dirId;
  if (!storage) return entry as Entry;
  const { size, sha256 } = row;
  const content: StoredContent = { size, sha256, storage };
  entry.content = content;
  return entry as Entry;
}

type Writable<Type> = { -readonly [Key in keyof Type]: Type[Key] };

/** A row of a series as a row without its checksum. */
export function toSegmentRecord(row: SegmentRow): Omit<SegmentRowRecord, "sum"> {
  const segments = row.segments.map(({ content, ...details }): SegmentRecord => {
    const { size, sha256 } = content;
    return { ...details, size, sha256, storage: storageOf(content) };
  });
  return { ...row, segments };
}

/** A row of a series as the core knows it. */
export function toSegmentRow({ sum: _, ...row }: SegmentRowRecord): SegmentRow {
  const segments = row.segments.map(({ size, sha256, storage, ...details }): Segment => {
    const content: StoredContent = { size, sha256, storage };
    return { ...details, content };
  });
  return { ...row, segments };
}
