import type { WriteProgress } from "../arrow/write-options.ts";

/** A piece of a file, and how many rows stand in it. */
export interface Piece {
  readonly bytes: Uint8Array;
  readonly rows: number;
}

/** A stream of pieces, each made when it is asked for. Cancelling the stream leaves the rest unread. */
export function pulledStream(
  pieces: AsyncGenerator<Piece, void>,
  onProgress: ((progress: WriteProgress) => void) | undefined,
): ReadableStream<Uint8Array> {
  let [rows, bytes] = [0, 0];
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const { done, value } = await pieces.next();
        if (done) return controller.close();
        rows += value.rows;
        bytes += value.bytes.byteLength;
        controller.enqueue(value.bytes);
        onProgress?.({ rows, bytes });
      },
      async cancel() {
        await pieces.return();
      },
    },
    { highWaterMark: 0 },
  );
}
