import type { Table } from "apache-arrow";
import { loadOnce } from "../tinyfs/load-once.ts";
import type { ArrowContext } from "./arrow-context.ts";
import type { AttachedFile } from "./attached-file.ts";
import type {
  AttachmentOptions,
  DsvOptions,
  DsvRow,
  DsvRows,
  DsvValue,
} from "./attachment-options.ts";
import { mimeTypeOf } from "./mime-types.ts";
import type { DocumentType, PageDocument, PageImage } from "./page-types.ts";

const load = loadOnce(() => import("./attached-file.ts"));

/**
 * A file as `FileAttachment` of Observable shows one, so that notebook code written for files runs on a
 * pond. It is made at once, whatever stands at its path; each call reads what stands there then, verified.
 * Every call throws NOT_FOUND, IS_A_DIRECTORY, CORRUPT_BLOB and the like, as `readFile` does. Size and time
 * are what `stat` tells.
 */
export class Attachment {
  /** The last part of the path. */
  readonly name: string;
  /** By the ending of the name; `application/octet-stream` where that tells nothing. */
  readonly mimeType: string;
  readonly #file: () => Promise<AttachedFile>;

  /** See `attachment`. @internal */
  constructor(context: ArrowContext, path: string, options?: AttachmentOptions) {
    this.name = path.slice(path.lastIndexOf("/") + 1);
    this.mimeType = mimeTypeOf(this.name);
    this.#file = async () => {
      const part = await load();
      return new part.AttachedFile(context, path, this.mimeType, options);
    };
  }

  /** All bytes. */
  async arrayBuffer(): Promise<ArrayBuffer> {
    return (await this.#file()).arrayBuffer();
  }

  /** A copy of all bytes, of type `mimeType`, which the browser may keep on disk. */
  async blob(): Promise<Blob> {
    return (await this.#file()).blob();
  }

  /** The bytes, read as they are asked for. */
  async stream(): Promise<ReadableStream<Uint8Array>> {
    return (await this.#file()).stream();
  }

  /**
   * A `blob:` address of a copy of the bytes, for images, downloads and libraries that fetch. The same bytes
   * have one address, however often it is asked for; of a series each call makes one. It holds until the
   * pond is closed or the page is left: do not revoke it. Where it should end earlier, make one of `blob()`.
   */
  async url(): Promise<string> {
    return (await this.#file()).url();
  }

  /**
   * The text. A byte order mark is left out, and what cannot be decoded is U+FFFD.
   * @param encoding any label of the Encoding Standard. Default `"utf-8"`
   */
  async text(encoding?: string): Promise<string> {
    return (await this.#file()).text(encoding);
  }

  /** The value of a JSON text. @throws UNSUPPORTED_TYPE where it is none */
  async json<Value = unknown>(): Promise<Value> {
    return (await this.#file()).json() as Promise<Value>;
  }

  /**
   * An image of the bytes, loaded: for pages.
   * @param properties set before it loads, as `{ width: 320 }`
   * @throws UNSUPPORTED_TYPE the bytes are no image
   */
  async image(properties?: Partial<PageImage>): Promise<PageImage> {
    return (await this.#file()).image(properties);
  }

  /** The document that an XML text makes: for pages. @param mimeType default `"application/xml"` */
  async xml(mimeType?: DocumentType): Promise<PageDocument> {
    return (await this.#file()).xml(mimeType);
  }

  /** The document that an HTML text makes: for pages. Its scripts do not run. */
  html(): Promise<PageDocument> {
    return this.xml("text/html");
  }

  /** Values that commas separate, by the names of the first line. See `DsvOptions`. */
  csv(options: DsvOptions & { readonly array: true }): Promise<DsvValue[][]>;
  csv<Row = DsvRow>(options?: DsvOptions): Promise<DsvRows<Row>>;
  async csv(options?: DsvOptions): Promise<unknown> {
    return (await this.#file()).dsv({ ...options, delimiter: "," });
  }

  /** Values that tabs separate, by the names of the first line. See `DsvOptions`. */
  tsv(options: DsvOptions & { readonly array: true }): Promise<DsvValue[][]>;
  tsv<Row = DsvRow>(options?: DsvOptions): Promise<DsvRows<Row>>;
  async tsv(options?: DsvOptions): Promise<unknown> {
    return (await this.#file()).dsv({ ...options, delimiter: "\t" });
  }

  /** Values that `delimiter` separates, by the names of the first line. See `DsvOptions`. */
  dsv(options: DsvOptions & { readonly array: true }): Promise<DsvValue[][]>;
  dsv<Row = DsvRow>(options?: DsvOptions): Promise<DsvRows<Row>>;
  async dsv(options?: DsvOptions): Promise<unknown> {
    return (await this.#file()).dsv(options);
  }

  /**
   * The rows of an Arrow file or stream, or of a table or series of the pond.
   * @throws UNSUPPORTED_TYPE the bytes are neither; PEER_MISSING
   */
  async arrow(): Promise<Table> {
    return (await this.#file()).arrow();
  }

  /**
   * The rows of a table, a series, or any other file whose bytes are Parquet.
   * @throws NOT_PARQUET, and as `readTable`
   */
  async parquet(): Promise<Table> {
    return (await this.#file()).parquet();
  }
}
