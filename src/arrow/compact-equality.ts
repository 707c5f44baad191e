import type { Data, DataType, Dictionary, FixedSizeList, RecordBatch } from "apache-arrow";
import { isSameBytes } from "./compact-verify.ts";
import type { Arrow } from "./load-arrow.ts";

/**
 * Whether two runs of batches hold the same rows, however they are cut: value by value and bit by bit, so
 * that nulls, NaN and -0 count.
 */
export async function hasSameRows(
  arrow: Arrow,
  one: AsyncIterable<RecordBatch>,
  other: AsyncIterable<RecordBatch>,
): Promise<boolean> {
  const [left, right] = [new RowCursor(one), new RowCursor(other)];
  try {
    for (;;) {
      const [a, b] = [await left.current(), await right.current()];
      if (!a || !b) return a === b;
      const rows = Math.min(left.rowsLeft, right.rowsLeft);
      if (!hasSameColumns(arrow, a, left.at, b, right.at, rows)) return false;
      left.skip(rows);
      right.skip(rows);
    }
  } finally {
    await Promise.all([left.close(), right.close()]);
  }
}

/** A place in a run of batches. */
class RowCursor {
  readonly #batches: AsyncIterator<RecordBatch>;
  #batch: RecordBatch | undefined;
  at = 0;

  constructor(batches: AsyncIterable<RecordBatch>) {
    this.#batches = batches[Symbol.asyncIterator]();
  }

  get rowsLeft(): number {
    return (this.#batch?.numRows ?? 0) - this.at;
  }

  /** The batch of the next row; `undefined` behind the last. */
  async current(): Promise<RecordBatch | undefined> {
    while (this.rowsLeft === 0) {
      const next = await this.#batches.next();
      if (next.done) return undefined;
      this.#batch = next.value;
      this.at = 0;
    }
    return this.#batch;
  }

  skip(rows: number): void {
    this.at += rows;
  }

  async close(): Promise<void> {
    await this.#batches.return?.();
  }
}

function hasSameColumns(
  arrow: Arrow,
  a: RecordBatch,
  aStart: number,
  b: RecordBatch,
  bStart: number,
  rows: number,
): boolean {
  const [columns, others] = [a.data.children, b.data.children];
  if (columns.length !== others.length) return false;
  return columns.every((column, index) => {
    const other = others[index];
    return other !== undefined && new Comparison(arrow, column, other).isSame(aStart, bStart, rows);
  });
}

type Offsets = Int32Array | BigInt64Array;
type Flat = ArrayBufferView & { readonly BYTES_PER_ELEMENT: number };

/** Two columns of one type. Positions are rows of their data. */
class Comparison {
  readonly #arrow: Arrow;
  readonly #a: Data;
  readonly #b: Data;
  readonly #children = new Map<number, Comparison>();
  /** Which places of the two dictionaries were found to hold the same. */
  readonly #sameEntries = new Map<number, number>();

  constructor(arrow: Arrow, a: Data, b: Data) {
    this.#arrow = arrow;
    this.#a = a;
    this.#b = b;
  }

  isSame(a: number, b: number, length: number): boolean {
    if (this.#a.type.typeId !== this.#b.type.typeId) return false;
    if (this.#a.type.typeId === this.#arrow.Type.Null) return true;
    // Where a value is null what its place holds is anything: only runs of values are compared.
    for (let at = 0; at < length; ) {
      const end = this.#endOfRun(a, b, at, length);
      if (end === undefined) return false;
      const isNull = !isValid(this.#a, a + at);
      if (!isNull && !this.#hasSameValues(a + at, b + at, end - at)) return false;
      at = end;
    }
    return true;
  }

  /** The end of a run of values or of nulls; `undefined` where one is null and the other is not. */
  #endOfRun(a: number, b: number, from: number, length: number): number | undefined {
    if (this.#a.nullCount === 0 && this.#b.nullCount === 0) return length;
    const isRun = isValid(this.#a, a + from);
    for (let at = from; at < length; at += 1) {
      const is = isValid(this.#a, a + at);
      if (is !== isValid(this.#b, b + at)) return undefined;
      if (is !== isRun) return at;
    }
    return length;
  }

  #hasSameValues(a: number, b: number, length: number): boolean {
    const { DataType: is } = this.#arrow;
    const type: DataType = this.#a.type;
    if (is.isBool(type)) return this.#hasSameBits(a, b, length);
    if (is.isDictionary(type)) return this.#hasSameEntries(a, b, length);
    if (is.isStruct(type)) {
      return type.children.every((_, index) => this.#child(index).isSame(a, b, length));
    }
    if (is.isFixedSizeList(type)) {
      const { listSize } = type as FixedSizeList;
      return this.#child(0).isSame(a * listSize, b * listSize, length * listSize);
    }
    if (is.isList(type) || is.isLargeList(type) || is.isMap(type)) {
      return this.#hasSameSpans(a, b, length, (start, other, count) =>
        this.#child(0).isSame(start, other, count),
      );
    }
    if (is.isUtf8(type) || is.isBinary(type) || is.isLargeUtf8(type) || is.isLargeBinary(type)) {
      const [left, right] = [this.#a.values as Uint8Array, this.#b.values as Uint8Array];
      return this.#hasSameSpans(a, b, length, (start, other, count) =>
        isSameBytes(left.subarray(start, start + count), right.subarray(other, other + count)),
      );
    }
    return this.#hasSameFlatValues(a, b, length);
  }

  #hasSameFlatValues(a: number, b: number, length: number): boolean {
    const { stride } = this.#a;
    const bytes = (data: Data, start: number) => {
      const { buffer, byteOffset, byteLength, BYTES_PER_ELEMENT } = data.values as Flat;
      const size = BYTES_PER_ELEMENT * stride;
      // A column of a type that is kept in another way must not pass for one that agrees.
      if ((start + length) * size > byteLength) return undefined;
      return new Uint8Array(buffer, byteOffset + start * size, length * size);
    };
    const [left, right] = [bytes(this.#a, a), bytes(this.#b, b)];
    return left !== undefined && right !== undefined && isSameBytes(left, right);
  }

  #hasSameBits(a: number, b: number, length: number): boolean {
    for (let at = 0; at < length; at += 1) {
      const left = bitAt(this.#a.values as Uint8Array, this.#a.offset + a + at);
      if (left !== bitAt(this.#b.values as Uint8Array, this.#b.offset + b + at)) return false;
    }
    return true;
  }

  /** Values of variable length: the lengths one by one, and what they span at once. */
  #hasSameSpans(
    a: number,
    b: number,
    length: number,
    isSame: (a: number, b: number, count: number) => boolean,
  ): boolean {
    const [left, right] = [this.#a.valueOffsets as Offsets, this.#b.valueOffsets as Offsets];
    const [start, other] = [Number(left[a]), Number(right[b])];
    for (let at = 1; at <= length; at += 1) {
      if (Number(left[a + at]) - start !== Number(right[b + at]) - other) return false;
    }
    return isSame(start, other, Number(left[a + length]) - start);
  }

  #hasSameEntries(a: number, b: number, length: number): boolean {
    const [left, right] = [this.#a.values, this.#b.values] as ArrayLike<number | bigint>[];
    for (let at = 0; at < length; at += 1) {
      const [entry, other] = [Number(left?.[a + at]), Number(right?.[b + at])];
      if (this.#sameEntries.get(entry) === other) continue;
      if (!this.#isSameEntry(entry, other)) return false;
      this.#sameEntries.set(entry, other);
    }
    return true;
  }

  #isSameEntry(entry: number, other: number): boolean {
    const [left, right] = [chunkOf(this.#a, entry), chunkOf(this.#b, other)];
    if (!left || !right) return false;
    const { dictionary } = this.#a.type as Dictionary;
    if (dictionary.typeId !== (this.#b.type as Dictionary).dictionary.typeId) return false;
    return new Comparison(this.#arrow, left.data, right.data).isSame(left.at, right.at, 1);
  }

  #child(index: number): Comparison {
    const known = this.#children.get(index);
    if (known) return known;
    const [a, b] = [this.#a.children[index], this.#b.children[index]];
    if (!a || !b) throw new TypeError(`A column has no child ${index}`);
    const made = new Comparison(this.#arrow, a, b);
    this.#children.set(index, made);
    return made;
  }
}

function isValid({ nullCount, nullBitmap, offset }: Data, at: number): boolean {
  return nullCount === 0 || nullBitmap.length === 0 || bitAt(nullBitmap, offset + at);
}

function bitAt(bits: Uint8Array, at: number): boolean {
  return (((bits[at >> 3] ?? 0) >> (at & 7)) & 1) === 1;
}

/** A dictionary may have come in several pieces. */
function chunkOf({ dictionary }: Data, entry: number): { data: Data; at: number } | undefined {
  let at = entry;
  for (const data of dictionary?.data ?? []) {
    if (at < data.length) return { data, at };
    at -= data.length;
  }
  return undefined;
}
