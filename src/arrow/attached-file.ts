import type { Table } from "apache-arrow";
import type { ByteSource } from "../tinyfs/byte-source.ts";
import { TinyFSError } from "../tinyfs/errors.ts";
import { readTree } from "../tinyfs/held-read.ts";
import { openFileAndRow } from "../tinyfs/open-file.ts";
import { sourceToStream } from "../tinyfs/source-to-stream.ts";
import { locateEntry } from "../tinyfs/wd-context.ts";
import type { ArrowContext } from "./arrow-context.ts";
import type { AttachmentOptions, DsvOptions, DsvRows, DsvValue } from "./attachment-options.ts";
import { attachmentUrls } from "./attachment-urls.ts";
import { parseDsv } from "./dsv.ts";
import { openWhole } from "./export-parquet.ts";
import { loadArrow } from "./load-arrow.ts";
import { readTable } from "./read-table.ts";
import { sourceToBlob } from "./source-to-blob.ts";

const ARROW_FILE = "ARROW1";
/** What a message of an Arrow stream begins with. */
const CONTINUATION = 0xffffffff;

/** What an `Attachment` reads, loaded with its first call. */
export class AttachedFile {
  readonly #context: ArrowContext;
  readonly #path: string;
  readonly #mimeType: string;
  readonly #options: AttachmentOptions;

  constructor(
    context: ArrowContext,
    path: string,
    mimeType: string,
    options: AttachmentOptions = {},
  ) {
    this.#context = context;
    this.#path = path;
    this.#mimeType = mimeType;
    this.#options = options;
  }

  async arrayBuffer(): Promise<ArrayBuffer> {
    const { buffer } = await this.#bytes();
    return buffer;
  }

  async blob(): Promise<Blob> {
    return this.#toBlob(await this.#open());
  }

  async stream(): Promise<ReadableStream<Uint8Array>> {
    return sourceToStream(await this.#open(), undefined, this.#options.signal);
  }

  async url(): Promise<string> {
    const urls = attachmentUrls(this.#context);
    if ((await this.#entryType()) === "FileSeries") return urls.of(undefined, () => this.blob());
    const { source, row } = await openFileAndRow(this.#context, this.#path, this.#options);
    try {
      return await urls.of(row && `${row.sha256} ${this.#mimeType}`, () => this.#toBlob(source));
    } finally {
      await source.close();
    }
  }

  async text(encoding?: string): Promise<string> {
    const decoder = new TextDecoder(encoding);
    return decoder.decode(await this.#bytes());
  }

  async json(): Promise<unknown> {
    const text = await this.text();
    try {
      return JSON.parse(text);
    } catch (cause) {
      throw this.#isNot("JSON", messageOf(cause), cause);
    }
  }

  async image(properties: Partial<HTMLImageElement> = {}): Promise<HTMLImageElement> {
    const image = Object.assign(new Image(), properties, { src: await this.url() });
    try {
      await image.decode();
    } catch (cause) {
      throw this.#isNot("an image", messageOf(cause), cause);
    }
    return image;
  }

  async xml(mimeType: DOMParserSupportedType = "application/xml"): Promise<Document> {
    return new DOMParser().parseFromString(await this.text(), mimeType);
  }

  async dsv(options: DsvOptions = {}): Promise<DsvRows | DsvValue[][]> {
    return parseDsv(await this.text(), options);
  }

  async arrow(): Promise<Table> {
    if ((await this.#entryType()) !== "FileData") return this.parquet();
    const [arrow, bytes] = await Promise.all([loadArrow(), this.#bytes()]);
    if (!isArrow(bytes))
      throw this.#isNot("Arrow", "it is neither an Arrow file nor an Arrow stream");
    try {
      return arrow.tableFromIPC(bytes);
    } catch (cause) {
      throw this.#isNot("Arrow", messageOf(cause), cause);
    }
  }

  parquet(): Promise<Table> {
    return readTable(this.#context, this.#path, this.#options);
  }

  async #entryType(): Promise<string> {
    const context = this.#context;
    const { entry } = await readTree(context.session, (tree) => {
      return locateEntry(tree, context, this.#path);
    });
    return entry.entryType;
  }

  #open(): Promise<ByteSource> {
    return openWhole(this.#context, this.#path, this.#options);
  }

  async #bytes(): Promise<Uint8Array<ArrayBuffer>> {
    const source = await this.#open();
    try {
      return await source.read(0, source.size, this.#options.signal);
    } finally {
      await source.close();
    }
  }

  #toBlob(source: ByteSource): Promise<Blob> {
    const { signal } = this.#options;
    const whole = { start: 0, end: source.size };
    return sourceToBlob(source, whole, { type: this.#mimeType, signal });
  }

  #isNot(what: string, reason: string, cause?: unknown): TinyFSError {
    const path = this.#path;
    const message = `Cannot read "${path}" as ${what}: ${reason}`;
    return new TinyFSError("UNSUPPORTED_TYPE", message, { path, cause });
  }
}

/** apache-arrow takes bytes that are no Arrow for a stream without batches. */
function isArrow(bytes: Uint8Array): boolean {
  if (bytes.byteLength < 8) return false;
  if (isMagic(bytes.subarray(0, ARROW_FILE.length))) {
    return isMagic(bytes.subarray(bytes.byteLength - ARROW_FILE.length));
  }
  return new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true) === CONTINUATION;
}

function isMagic(bytes: Uint8Array): boolean {
  return String.fromCharCode(...bytes) === ARROW_FILE;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
