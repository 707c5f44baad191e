import { readFooter } from "./footer-reading.ts";
import { FileDecoder } from "./parquet-decoding.ts";
import { type EncodedPiece, PieceEncoder } from "./parquet-encoding.ts";
import { PageSources } from "./parquet-page-sources.ts";
import type { SourceLoan } from "./parquet-source-loan.ts";
import { summarise } from "./parquet-summary.ts";
import type { EncodeOptions, ParquetSummary } from "./parquet-types.ts";
import { decodeAndDrop } from "./parquet-verification-decode.ts";
import { limitWasmHeap, loadWasm, wasmHeapBytes } from "./parquet-wasm.ts";
import type { PieceSettings } from "./parquet-write-settings.ts";
import { type AppendedPiece, type JoinedEnd, joinPieces } from "./piece-joining.ts";
import { transferring } from "./remote.ts";
import { planSplice, type SplicePlan } from "./splice-plan.ts";

interface OpenReader {
  readonly sources: PageSources;
  readonly opening: Promise<{ decoder: FileDecoder; summary: ParquetSummary }>;
}

/**
 * The methods of the Parquet worker. Encoders and readers go by numbers that the page gives: so it
 * can drop one whose opening it no longer waits for. Freeing returns the size of the wasm heap.
 */
export class ParquetService {
  readonly #encoders = new Map<number, PieceEncoder>();
  readonly #readers = new Map<number, OpenReader>();

  /** Encodes a batch of a file; an encoder is made with the first batch that this worker gets of it. */
  async encode(argument: {
    id: number;
    ipcStream: Uint8Array<ArrayBuffer>;
    index: number;
    settings: PieceSettings;
    wasmUrl: string | undefined;
  }): Promise<EncodedPiece> {
    const { id, ipcStream, index, settings, wasmUrl } = argument;
    const encoder = this.#encoders.get(id) ?? new PieceEncoder(settings);
    this.#encoders.set(id, encoder);
    await loadWasm(wasmUrl);
    const piece = encoder.encode(ipcStream, index);
    return transferring(piece, [piece.body.buffer, piece.tail.buffer]);
  }

  /** Makes the end of a file of which all batches are encoded. */
  async join(argument: {
    pieces: readonly AppendedPiece[];
    options: EncodeOptions;
  }): Promise<JoinedEnd> {
    const joined = await joinPieces(argument.pieces, argument.options);
    return transferring(joined, [joined.tail.buffer]);
  }

  closeEncoder({ id }: { id: number }): number {
    this.#encoders.delete(id);
    return wasmHeapBytes();
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

async function openDecoder(
  sources: PageSources,
  wasmUrl: string | undefined,
): Promise<{ decoder: FileDecoder; summary: ParquetSummary }> {
  const file = await sources.joined();
  const located = await readFooter(file);
  const summary = await summarise(located.footer, located.size);
  return { summary, decoder: new FileDecoder(file, { located, summary, wasmUrl }) };
}

function found<T>(open: ReadonlyMap<number, T>, id: number): T {
  const value = open.get(id);
  if (value === undefined) throw new TypeError("Cannot use what is closed");
  return value;
}

function moved(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  return transferring(bytes, [bytes.buffer]);
}
