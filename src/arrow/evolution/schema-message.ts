/** What stands before the length of a message; older files leave it out. */
const CONTINUATION = 0xffffffff;

/** Fields by their place in the tables of Arrow's flatbuffers: Message, Schema and KeyValue. */
const MESSAGE_HEADER = 2;
const SCHEMA_METADATA = 2;
const ENTRY_KEY = 0;
const ENTRY_VALUE = 1;

/**
 * The metadata of a schema that stands as an Arrow IPC message in a file's footer. Nothing else of it is
 * looked at: apache-arrow follows whatever a damaged message says, without an end.
 * @throws RangeError where it points beyond its end
 */
export function readSchemaMetadata(message: Uint8Array<ArrayBuffer>): Map<string, string> {
  const view = new DataView(message.buffer, message.byteOffset, message.byteLength);
  const start = view.getUint32(0, true) === CONTINUATION ? 8 : 4;
  const tables = new Tables(new DataView(message.buffer, message.byteOffset + start));
  const schema = tables.target(tables.root(), MESSAGE_HEADER);
  const entries = schema && tables.target(schema, SCHEMA_METADATA);
  if (!entries) return new Map();
  const found = new Map<string, string>();
  for (const entry of tables.elements(entries)) {
    found.set(tables.text(entry, ENTRY_KEY), tables.text(entry, ENTRY_VALUE));
  }
  return found;
}

/** Tables of a flatbuffer, by their positions. Every read is checked by the view. */
class Tables {
  readonly #view: DataView<ArrayBuffer>;

  constructor(view: DataView<ArrayBuffer>) {
    this.#view = view;
  }

  root(): number {
    return this.#follow(0);
  }

  /** What a field refers to; `undefined` where the table does not have it. */
  target(table: number, field: number): number | undefined {
    const fields = table - this.#view.getInt32(table, true);
    const slot = 4 + 2 * field;
    if (slot >= this.#view.getUint16(fields, true)) return undefined;
    const offset = this.#view.getUint16(fields + slot, true);
    return offset === 0 ? undefined : this.#follow(table + offset);
  }

  /** The tables that a vector lists. */
  elements(vector: number): number[] {
    const count = this.#view.getUint32(vector, true);
    if (count * 4 > this.#view.byteLength) throw new RangeError(`A list of ${count} does not fit`);
    return Array.from({ length: count }, (_, index) => this.#follow(vector + 4 + 4 * index));
  }

  text(table: number, field: number): string {
    const at = this.target(table, field);
    if (at === undefined) return "";
    const { buffer, byteOffset } = this.#view;
    const length = this.#view.getUint32(at, true);
    return new TextDecoder().decode(new Uint8Array(buffer, byteOffset + at + 4, length));
  }

  #follow(position: number): number {
    return position + this.#view.getUint32(position, true);
  }
}
