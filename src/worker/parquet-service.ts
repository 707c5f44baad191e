import { readFooter } from "./footer-reading.ts";
import { FileDecoder } from "./parquet-decoding.ts";
import { FileEncoder } from "./parquet-encoding.ts";
import { PageSources } from "./parquet-page-sources.ts";
import type { SourceLoan } from "./parquet-source-loan.ts";
import { summarise } from "./parquet-summary.ts";
import type { EncodeOptions, ParquetSummary } from "./parquet-types.ts";
import { loadWasm, wasmHeapBytes } from "./parquet-wasm.ts";
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
  readonly #encoders = new Map<number, { encoder: FileEncoder; wasmUrl: string | undefined }>();
  readonly #readers = new Map<number, OpenReader>();

  openEncoder(argument: { id: number; options: EncodeOptions; wasmUrl: string | undefined }): void {
    const { id, options, wasmUrl } = argument;
    this.#encoders.set(id, { encoder: new FileEncoder(options), wasmUrl });
  }

  async encode({
    id,
    ipcStream,
  }: {
    id: number;
    ipcStream: Uint8Array<ArrayBuffer>;
  }): Promise<Uint8Array<ArrayBuffer>> {
    const { encoder, wasmUrl } = found(this.#encoders, id);
    await loadWasm(wasmUrl);
    return moved(encoder.encode(ipcStream));
  }

  async finish({
    id,
  }: {
    id: number;
  }): Promise<{ tail: Uint8Array<ArrayBuffer>; summary: ParquetSummary }> {
    const finished = await found(this.#encoders, id).encoder.finish();
    return transferring(finished, [finished.tail.buffer]);
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

  async readRowGroup(argument: {
    id: number;
    index: number;
    columns: Columns;
  }): Promise<Uint8Array<ArrayBuffer>> {
    const { decoder } = await found(this.#readers, argument.id).opening;
    return moved(await decoder.readRowGroup(argument.index, argument.columns));
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
  const located = await readFooter(sources.only);
  const summary = await summarise(located.footer, located.size);
  return { summary, decoder: new FileDecoder(sources.only, { located, summary, wasmUrl }) };
}

function found<T>(open: ReadonlyMap<number, T>, id: number): T {
  const value = open.get(id);
  if (value === undefined) throw new TypeError("Cannot use what is closed");
  return value;
}

function moved(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  return transferring(bytes, [bytes.buffer]);
}
