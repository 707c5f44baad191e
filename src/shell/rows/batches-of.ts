import type { BatchesAtHand } from "../../index.ts";
import { splitExtension } from "../paths.ts";

/** What a file is to become. */
export type FileKind = "data" | "table" | "series";

/** How the rows of a file are written, by its name. */
export type RowFormat = "parquet" | "csv" | "arrow";

const FORMATS: Readonly<Record<string, RowFormat>> = {
  parquet: "parquet",
  csv: "csv",
  tsv: "csv",
  arrow: "arrow",
  arrows: "arrow",
  feather: "arrow",
  ipc: "arrow",
};

/** The format that the end of a name tells; `undefined` for what are no rows. */
export function formatOf(name: string): RowFormat | undefined {
  return FORMATS[splitExtension(name).extension];
}

/** An Arrow IPC stream or file: its bytes are batches as they are. */
export async function ipcBytes(source: ReadableStream<Uint8Array>): Promise<BatchesAtHand> {
  return new Uint8Array(
    await new Response(source as ReadableStream<Uint8Array<ArrayBuffer>>).arrayBuffer(),
  );
}

/** The same bytes, of which somebody is told how many have come by. */
export function counting(
  stream: ReadableStream<Uint8Array>,
  onBytes: (total: number) => void,
): ReadableStream<Uint8Array> {
  let total = 0;
  return stream.pipeThrough(
    new TransformStream<Uint8Array, Uint8Array>({
      transform(chunk, controller) {
        total += chunk.byteLength;
        onBytes(total);
        controller.enqueue(chunk);
      },
    }),
  );
}
