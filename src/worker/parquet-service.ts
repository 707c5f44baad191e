import { readFooter } from "./footer-reading.ts";
import { PageDecoder } from "./page-decoding.ts";
import { FileDecoder } from "./parquet-decoding.ts";
import { type EncodedPiece, PieceEncoder } from "./parquet-encoding.ts";
import { PageSources } from "./parquet-page-sources.ts";
import type { SourceLoan } from "./parquet-source-loan.ts";
import { summarise } from "./parquet-summary.ts";
import type {
  DecodedRows,
  EncodeOptions,
  PageBounds,
  ParquetSummary,
  PlannedPages,
  RowRange,
} from "./parquet-types.ts";
import { decodeAndDrop } from "./parquet-verification-decode.ts";
import { limitWasmHeap, loadWasm, wasmHeapBytes } from "./parquet-wasm.ts";
import type { PieceSettings } from "./parquet-write-settings.ts";
import { type AppendedPiece, type JoinedEnd, joinPieces } from "./piece-joining.ts";
import { transferring } from "./remote.ts";
import { planSplice, type SplicePlan } from "./splice-plan.ts";

/** What becomes of a batch. */
export interface EncodeResult {
  readonly piece: EncodedPiece;
  /** With the first batch of a file: the end of the file if it has no more, as most appends. */
  readonly end?: JoinedEnd;
  /** Memory that parquet-wasm has taken. */
  readonly heapBytes: number;
  /** What the batch came in, for another: fresh memory costs the page more time than filling it. */
  readonly spare: ArrayBuffer;
}

/** So many files a worker knows the columns of, as more are seldom written at once; others it finds out again. */
const MAX_ENCODERS = 16;

interface OpenReader {
  readonly sources: PageSources;
  readonly opening: Promise<OpenFile>;
}

interface OpenFile {
  readonly decoder: FileDecoder;
  readonly pages: PageDecoder;
  readonly summary: ParquetSummary;
}

/**
 * The methods of the Parquet worker. Encoders and readers go by numbers that the page gives: so it
 * can drop one whose opening it no longer waits for. An encoder keeps little, and is not told its end.
 */
export class ParquetService {
  readonly #encoders = new Map<number, PieceEncoder>();
  readonly #readers = new Map<number, OpenReader>();

  /** Loads parquet-wasm, before the first call that needs it. */
  async load({ wasmUrl }: { wasmUrl: string | undefined }): Promise<void> {
    await loadWasm(wasmUrl);
  }

  /** Encodes a batch of a file; an encoder is made with the first batch that this worker gets of it. */
  async encode(argument: {
    id: number;
    ipcStream: Uint8Array<ArrayBuffer>;
    index: number;
    settings: PieceSettings;
    wasmUrl: string | undefined;
  }): Promise<EncodeResult> {
    const { id, ipcStream, index, settings, wasmUrl } = argument;
    const encoder = this.#encoders.get(id) ?? new PieceEncoder(settings);
    this.#keep(id, encoder);
    await loadWasm(wasmUrl);
    const piece = encoder.encode(ipcStream, index);
    const spare = ipcStream.buffer;
    const moved = [piece.body.buffer, piece.tail.buffer, spare];
    if (index > 0) return transferring({ piece, spare, heapBytes: wasmHeapBytes() }, moved);
    const end = await joinPieces([piece], settings.options);
    const result = { piece, end, spare, heapBytes: wasmHeapBytes() };
    return transferring(result, [...moved, end.tail.buffer]);
  }

  /** The one that has waited longest for its next batch goes. */
  #keep(id: number, encoder: PieceEncoder): void {
    this.#encoders.delete(id);
    this.#encoders.set(id, encoder);
    const [oldest] = this.#encoders.keys();
    if (oldest !== undefined && this.#encoders.size > MAX_ENCODERS) this.#encoders.delete(oldest);
  }

  /** Makes the end of a file of which all batches are encoded. */
  async join(argument: {
    pieces: readonly AppendedPiece[];
    options: EncodeOptions;
  }): Promise<JoinedEnd> {
    const joined = await joinPieces(argument.pieces, argument.options);
    return transferring(joined, [joined.tail.buffer]);
  }

  describe({ loan }: { loan: SourceLoan }, signal?: AbortSignal): Promise<ParquetSummary> {
    return borrow(loan, signal, async (sources) => {
      const { footer, size } = await readFooter(sources.only);
      return await summarise(footer, size);
    });
  }

  splice({ loan }: { loan: SourceLoan }, signal?: AbortSignal): Promise<SplicePlan> {
    return borrow(loan, signal, async (sources) => {
      const plan = await planSplice(sources.files);
      return transferring(plan, [plan.tail.buffer]);
    });
  }

  async openReader(argument: {
    id: number;
    loan: SourceLoan;
    wasmUrl: string | undefined;
  }): Promise<ParquetSummary> {
    const { id, loan, wasmUrl } = argument;
    const sources = new PageSources(loan);
    const opening = openDecoder(sources, wasmUrl);
    // Known at once: the page may close it while its footer is being read.
    this.#readers.set(id, { sources, opening });
    return (await opening).summary;
  }

  async schema(argument: { id: number; columns: Columns }): Promise<Uint8Array<ArrayBuffer>> {
    const { decoder } = await found(this.#readers, argument.id).opening;
    return moved(await decoder.schema(argument.columns));
  }

  async arrowSchema({ id }: { id: number }): Promise<string | undefined> {
    return (await found(this.#readers, id).opening).decoder.arrowSchema;
  }

  async readRowGroup(argument: {
    id: number;
    index: number;
    columns: Columns;
  }): Promise<Uint8Array<ArrayBuffer>> {
    const { decoder } = await found(this.#readers, argument.id).opening;
    return moved(await decoder.readRowGroup(argument.index, argument.columns));
  }

  async plannedBytes(argument: {
    id: number;
    rowGroups: readonly number[];
    columns: Columns;
  }): Promise<number> {
    const { decoder } = await found(this.#readers, argument.id).opening;
    return decoder.plannedBytes(argument.rowGroups, argument.columns);
  }

  async pageBounds(argument: {
    id: number;
    rowGroups: readonly number[];
    columns: Columns;
  }): Promise<PageBounds[][]> {
    const { pages } = await found(this.#readers, argument.id).opening;
    return await pages.bounds(argument.rowGroups, argument.columns);
  }

  async readPages(argument: {
    id: number;
    index: number;
    rows: readonly RowRange[];
    columns: Columns;
  }): Promise<DecodedRows> {
    const { pages } = await found(this.#readers, argument.id).opening;
    const decoded = await pages.read(argument.index, argument.rows, argument.columns);
    return transferring(decoded, [decoded.streams.buffer]);
  }

  async plannedPages(argument: {
    id: number;
    index: number;
    rows: readonly RowRange[];
    columns: Columns;
  }): Promise<PlannedPages> {
    const { pages } = await found(this.#readers, argument.id).opening;
    return await pages.planned(argument.index, argument.rows, argument.columns);
  }

  /** Limits the memory of parquet-wasm, before it is loaded. */
  limitHeap({ bytes }: { bytes: number }): void {
    limitWasmHeap(bytes);
  }

  /** Decodes a row group and drops it. */
  async verifyRowGroup({ id, index }: { id: number; index: number }): Promise<void> {
    const { decoder, summary } = await found(this.#readers, id).opening;
    const group = summary.rowGroups[index];
    if (!group) throw new RangeError(`The file has no row group ${index}`);
    await decodeAndDrop(decoder, index, group);
  }

  /** Returns the size of the wasm heap. */
  closeReader({ id }: { id: number }): number {
    const reader = this.#readers.get(id);
    this.#readers.delete(id);
    reader?.sources.close();
    reader?.opening.then(({ decoder }) => decoder.close()).catch(() => {}); // it was never open
    return wasmHeapBytes();
  }
}

type Columns = readonly string[] | undefined;

/** Uses lent sources for one call; when the page gives the call up, reads that are under way end. */
async function borrow<T>(
  loan: SourceLoan,
  signal: AbortSignal | undefined,
  work: (sources: PageSources) => Promise<T>,
): Promise<T> {
  const sources = new PageSources(loan);
  signal?.addEventListener("abort", () => sources.close());
  try {
    return await work(sources);
  } finally {
    sources.close();
  }
}

async function openDecoder(sources: PageSources, wasmUrl: string | undefined): Promise<OpenFile> {
  const file = await sources.joined();
  const located = await readFooter(file);
  const summary = await summarise(located.footer, located.size);
  const decoder = new FileDecoder(file, { located, summary, wasmUrl });
  const pages = new PageDecoder(file, { located, summary, wasmUrl, whole: decoder });
  return { summary, decoder, pages };
}

function found<T>(open: ReadonlyMap<number, T>, id: number): T {
  const value = open.get(id);
  if (value === undefined) throw new TypeError("Cannot use what is closed");
  return value;
}

function moved(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  return transferring(bytes, [bytes.buffer]);
}
