const TABLE = crcTable();

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
  for (const name of Object.keys(record).sort()) {
    const value = record[name];
    if (value === undefined || name === omitted) continue;
    fed = feed(feedText(fed, name), value);
  }
  return step(fed, 0x7d);
}

function feedText(crc: number, text: string): number {
  let fed = crc;
  for (let index = 0; index < text.length; index += 1) {
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
  return (TABLE[(crc ^ byte) & 0xff] ?? 0) ^ (crc >>> 8);
}

function crcTable(): Int32Array {
  return Int32Array.from({ length: 256 }, (_, index) => {
    let crc = index;
    for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
    return crc;
  });
}
