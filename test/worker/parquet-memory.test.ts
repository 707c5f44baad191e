import { expect } from "chai";
import { ParquetService } from "../../src/worker/parquet-service.ts";
import type { ParquetSummary } from "../../src/worker/parquet-types.ts";
import type { AppendedPiece } from "../../src/worker/piece-joining.ts";
import { serve } from "../../src/worker/remote.ts";
import { concat, toIpc, weather } from "./parquet-fixtures.ts";

const SETTINGS = { settings: { options: {} }, wasmUrl: undefined };

/** A service in this page, so that the size of the wasm heap can be seen. */
describe("the memory of parquet-wasm", () => {
  const service = new ParquetService();
  const batch = toIpc(weather(5000));
  let nextId = 1;

  async function encode(count: number): Promise<{ file: Uint8Array; heapBytes: number }> {
    const id = nextId++;
    const parts: Uint8Array[] = [];
    const pieces: AppendedPiece[] = [];
    let heapBytes = 0;
    for (let index = 0; index < count; index++) {
      const ipcStream = batch.slice();
      const encoded = await service.encode({ id, ipcStream, index, ...SETTINGS });
      parts.push(encoded.piece.body);
      pieces.push(encoded.piece);
      heapBytes = encoded.heapBytes;
    }
    const { tail } = await service.join({ pieces, options: {} });
    return { file: concat([...parts, tail]), heapBytes };
  }

  it("holds few files at once, and goes on with those that it has let go of", async () => {
    const { file: alone } = await encode(2);
    const ids = Array.from({ length: 40 }, () => nextId++);
    const pieces = new Map(ids.map((id) => [id, [] as AppendedPiece[]]));
    const parts = new Map(ids.map((id) => [id, [] as Uint8Array[]]));
    for (const index of [0, 1]) {
      for (const id of ids) {
        const { piece } = await service.encode({
          id,
          ipcStream: batch.slice(),
          index,
          ...SETTINGS,
        });
        pieces.get(id)?.push(piece);
        parts.get(id)?.push(piece.body);
      }
    }

    for (const id of ids) {
      const { tail } = await service.join({ pieces: pieces.get(id) ?? [], options: {} });
      expect(concat([...(parts.get(id) ?? []), tail])).deep.equal(alone);
    }
  });

  it("stays as it is over 200 batches written", async () => {
    const { heapBytes: before } = await encode(20);

    const { heapBytes: after } = await encode(200);

    expect(after).equal(before);
  });

  it("stays as it is over 200 row groups read, and over readers opened and closed", async () => {
    const { file } = await encode(20);
    await readAll(service, file, nextId++);
    const before = await readAll(service, file, nextId++);

    let after = 0;
    for (let round = 0; round < 10; round++) after = await readAll(service, file, nextId++);

    expect(after).equal(before);
  });

  it("stays as it is over batches that are refused", async () => {
    const { heapBytes: before } = await encode(20);
    const garbage = batch.slice(0, batch.length - 1000);
    const settings = { options: { dictionary: { none: true } } };

    for (let round = 0; round < 200; round++) {
      const id = nextId++;
      const call = { id, index: 0, settings, wasmUrl: undefined };
      await service.encode({ ...call, ipcStream: batch.slice() }).catch(() => {});
      await service.encode({ ...call, ipcStream: garbage.slice() }).catch(() => {});
    }

    expect((await encode(1)).heapBytes).equal(before);
  });
});

async function readAll(service: ParquetService, file: Uint8Array, id: number): Promise<number> {
  const { port1, port2 } = new MessageChannel();
  const loan = { port: port2, sizes: [file.length], held: [] };
  const read = ({ start, end }: { start: number; end: number }) => file.slice(start, end);
  serve({ read }, port1);
  const summary: ParquetSummary = await service.openReader({ id, loan, wasmUrl: undefined });
  for (let index = 0; index < summary.rowGroups.length; index++) {
    await service.readRowGroup({ id, index, columns: undefined });
  }
  const heapBytes = service.closeReader({ id });
  port1.close();
  return heapBytes;
}
