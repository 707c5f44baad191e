/** The types of Thrift's compact protocol that a Parquet footer can hold. */
export const thriftType = {
  true: 1,
  false: 2,
  byte: 3,
  i16: 4,
  i32: 5,
  i64: 6,
  double: 7,
  binary: 8,
  list: 9,
  set: 10,
  map: 11,
  struct: 12,
} as const;

/** Ends a struct. */
export const STOP = 0;
const MAX_DEPTH = 32;
const MAX_VARINT_BYTES = 10;

/**
 * Walks Thrift's compact protocol in bytes that may be hostile: it takes linear time, allocates
 * nothing from a count, and throws on whatever does not fit in the bytes.
 */
export class ThriftReader {
  readonly bytes: Uint8Array<ArrayBuffer>;
  position: number;

  constructor(bytes: Uint8Array<ArrayBuffer>, position = 0) {
    this.bytes = bytes;
    this.position = position;
  }

  /** Calls `visit` before each field's value; `visit` must consume or skip it. Ends behind the struct. */
  readStruct(visit: (id: number, type: number) => void): void {
    let id = 0;
    for (;;) {
      const header = this.readByte();
      const type = header & 0x0f;
      if (type === STOP) return;
      id = header >> 4 ? id + (header >> 4) : this.#readZigzag();
      visit(id, type);
    }
  }

  /** Calls `visit` before each struct of a field's list; `visit` must consume or skip it. */
  readStructs(type: number, visit: () => void): void {
    this.readElements(type, (elementType) => {
      if (elementType !== thriftType.struct) throw new Error("a list holds something else");
      visit();
    });
  }

  /** Calls `visit` before each element of a field's list; `visit` must consume it. */
  readElements(type: number, visit: (elementType: number) => void): void {
    if (type !== thriftType.list) throw new Error("a list is something else");
    this.#readElements(visit);
  }

  /** A field's integer of any width. Those beyond 2^53 are refused: no offset or count is. */
  readInteger(type: number): number {
    if (type < thriftType.i16 || type > thriftType.i64)
      throw new Error("a number is something else");
    return this.#readZigzag();
  }

  /** A view of a field's binary or string. */
  readBinary(type: number): Uint8Array<ArrayBuffer> {
    if (type !== thriftType.binary) throw new Error("a string is something else");
    const length = this.#readVarint();
    return this.#take(length);
  }

  readByte(): number {
    const byte = this.bytes[this.position];
    if (byte === undefined) throw new Error("it ends too early");
    this.position++;
    return byte;
  }

  /** Skips a field's value and returns a view of it. */
  skip(type: number): Uint8Array<ArrayBuffer> {
    const start = this.position;
    this.#skipValue(type, 0);
    return this.bytes.subarray(start, this.position);
  }

  #skipValue(type: number, depth: number): void {
    if (depth > MAX_DEPTH) throw new Error("it is nested too deeply");
    if (type === thriftType.struct) {
      this.readStruct((_id, fieldType) => this.#skipValue(fieldType, depth + 1));
    } else if (type === thriftType.list || type === thriftType.set) {
      this.#readElements((elementType) => this.#skipElement(elementType, depth + 1));
    } else if (type === thriftType.map) {
      this.#skipMap(depth);
    } else {
      this.#skipScalar(type);
    }
  }

  #skipScalar(type: number): void {
    if (type === thriftType.true || type === thriftType.false) return;
    if (type === thriftType.byte) this.#take(1);
    else if (type === thriftType.double) this.#take(8);
    else if (type === thriftType.binary) this.readBinary(type);
    else if (type >= thriftType.i16 && type <= thriftType.i64) this.#readVarint();
    else throw new Error(`it has a value of unknown type ${type}`);
  }

  #skipMap(depth: number): void {
    const count = this.#readCount(this.#readVarint());
    if (count === 0) return;
    const types = this.readByte();
    for (let index = 0; index < count; index++) {
      this.#skipElement(types >> 4, depth + 1);
      this.#skipElement(types & 0x0f, depth + 1);
    }
  }

  /** In lists and maps a boolean has a byte of its own; in a field it is in the header. */
  #skipElement(type: number, depth: number): void {
    const isBoolean = type === thriftType.true || type === thriftType.false;
    this.#skipValue(isBoolean ? thriftType.byte : type, depth);
  }

  #readListHeader(): { count: number; type: number } {
    const header = this.readByte();
    const short = header >> 4;
    const count = this.#readCount(short === 15 ? this.#readVarint() : short);
    return { count, type: header & 0x0f };
  }

  /** Each element has at least one byte, so that a count beyond what is left is a lie. */
  #readCount(count: number): number {
    if (count > this.bytes.length - this.position)
      throw new Error("a list has more elements than bytes");
    return count;
  }

  #readElements(visit: (type: number) => void): void {
    const { count, type } = this.#readListHeader();
    for (let index = 0; index < count; index++) visit(type);
  }

  #readZigzag(): number {
    const folded = this.#readVarint();
    const value = folded % 2 === 0 ? folded / 2 : -(folded + 1) / 2;
    if (!Number.isSafeInteger(value)) throw new Error("an integer is out of range");
    return value;
  }

  #readVarint(): number {
    let value = 0;
    let factor = 1;
    for (let count = 0; count < MAX_VARINT_BYTES; count++) {
      const byte = this.readByte();
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) return value;
      factor *= 128;
    }
    throw new Error("an integer has more than ten bytes");
  }

  #take(length: number): Uint8Array<ArrayBuffer> {
    const start = this.position;
    if (length > this.bytes.length - start) throw new Error("it ends too early");
    this.position = start + length;
    return this.bytes.subarray(start, this.position);
  }
}
