/** For a byte that 0, 1, 2 or 3 others follow: four are fed at a time. */
const [TABLE, TABLE_1, TABLE_2, TABLE_3] = crcTables();

/**
 * Checksum of a row and of the key it stands under: CRC-32 over its fields in the order of their
 * names. Fields that are `undefined` count as absent; `sum` itself is left out.
 */
export function rowSum(key: readonly unknown[], row: object): number {
  const crc = feedFields(feed(-1, key), row, "sum");
  return ~crc >>> 0;
}

function feed(crc: number, value: unknown): number {
  switch (typeof value) {
    case "string":
      return feedText(step(crc, 0x73), value);
    case "number":
      return feedText(step(crc, 0x6e), String(value));
    case "bigint":
      return feedText(step(crc, 0x69), String(value));
    case "boolean":
      return step(crc, value ? 0x74 : 0x66);
    case "object":
      return value === null ? step(crc, 0x30) : feedObject(crc, value);
    default:
      throw new TypeError(`A row cannot hold a ${typeof value}`);
  }
}

function feedObject(crc: number, value: object): number {
  if (value instanceof Uint8Array) return feedBytes(step(crc, 0x62), value);
  if (!Array.isArray(value)) return feedFields(step(crc, 0x7b), value);
  let fed = step(crc, 0x5b);
  for (const item of value) fed = feed(fed, item);
  return step(fed, 0x5d);
}

function feedFields(crc: number, fields: object, omitted?: string): number {
  const record = fields as Readonly<Record<string, unknown>>;
  let fed = crc;
  for (const name of sortedNames(record)) {
    const value = record[name];
    if (value === undefined || name === omitted) continue;
    fed = feed(feedText(fed, name), value);
  }
  return step(fed, 0x7d);
}

/** The names of a record of rows that were seen last, by how many there are: rows of one kind have the same. */
const shapes: { readonly names: readonly string[]; readonly sorted: readonly string[] }[] = [];

function sortedNames(record: object): readonly string[] {
  const names = Object.keys(record);
  const shape = shapes[names.length];
  if (shape?.names.every((name, index) => name === names[index])) return shape.sorted;
  const sorted = [...names].sort();
  if (names.length < MAX_KEPT_NAMES) shapes[names.length] = { names, sorted };
  return sorted;
}

/** No row has more: what a damaged one has is not kept. */
const MAX_KEPT_NAMES = 32;

function feedText(crc: number, text: string): number {
  let fed = crc;
  let index = 0;
  for (; index + 4 <= text.length; index += 4) {
    const a = text.charCodeAt(index);
    const b = text.charCodeAt(index + 1);
    const c = text.charCodeAt(index + 2);
    const d = text.charCodeAt(index + 3);
    if ((a | b | c | d) > 0x7f) break; // the rest takes more than a byte for some
    fed = stepFour(fed, a | (b << 8) | (c << 16) | (d << 24));
  }
  for (; index < text.length; index += 1) {
    const unit = text.charCodeAt(index);
    fed = step(fed, unit);
    if (unit > 0x7f) fed = step(fed, unit >>> 8);
  }
  return step(fed, 0);
}

function feedBytes(crc: number, bytes: Uint8Array): number {
  let fed = crc;
  for (const byte of bytes) fed = step(fed, byte);
  return fed;
}

function step(crc: number, byte: number): number {
  return (TABLE[(crc ^ byte) & 0xff] as number) ^ (crc >>> 8);
}

function stepFour(crc: number, bytes: number): number {
  const mixed = crc ^ bytes;
  return (
    (TABLE_3[mixed & 0xff] as number) ^
    (TABLE_2[(mixed >>> 8) & 0xff] as number) ^
    (TABLE_1[(mixed >>> 16) & 0xff] as number) ^
    (TABLE[mixed >>> 24] as number)
  );
}

function crcTables(): [Int32Array, Int32Array, Int32Array, Int32Array] {
  const first = Int32Array.from({ length: 256 }, (_, index) => {
    let crc = index;
    for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
    return crc;
  });
  const behind = (table: Int32Array) => {
    return table.map((crc) => (first[crc & 0xff] as number) ^ (crc >>> 8));
  };
  const [second, third] = [behind(first), behind(behind(first))];
  return [first, second, third, behind(third)];
}
