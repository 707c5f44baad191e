import * as arrow from "apache-arrow";
import { expect } from "chai";
import { batchToIpc } from "../../src/arrow/batch-ipc.ts";
import { cutBatch, MAX_ROW_GROUP_ROWS, sliceRows } from "../../src/arrow/cut-batch.ts";
import { batchOf, createTestBatch } from "./batch-fixtures.ts";

const sizesOf = (rows: number, rowGroupRows?: number) =>
  [...cutBatch(arrow, createTestBatch(rows), rowGroupRows)].map(({ numRows }) => numRows);

describe("cutBatch()", () => {
  it("leaves a batch that fits in a row group as it is", () => {
    const batch = createTestBatch(10);

    expect([...cutBatch(arrow, batch)]).deep.equal([batch]);
    expect(sizesOf(MAX_ROW_GROUP_ROWS)).deep.equal([131_072]);
  });

  it("cuts pieces of whole row groups, and of one at most", () => {
    expect(sizesOf(131_073)).deep.equal([131_072, 1]);
    expect(sizesOf(200_000, 50_000)).deep.equal([100_000, 100_000]);
    expect(sizesOf(200_000, 100_000)).deep.equal([100_000, 100_000]);
    expect(sizesOf(200_000, 1_000_000)).deep.equal([131_072, 68_928]);
  });
});

describe("sliceRows()", () => {
  it("keeps columns of views, which apache-arrow writes wrong when they are sliced", async () => {
    const texts = Array.from({ length: 40 }, (_, index) =>
      index % 5 === 0 ? null : `${index} ${"x".repeat(index)}`,
    );
    const batch = batchOf({ text: arrow.vectorFromArray(texts, new arrow.Utf8View()) });

    const slice = sliceRows(arrow, sliceRows(arrow, batch, 7, 40), 3, 20);

    const read = arrow.tableFromIPC(await batchToIpc(arrow, slice));
    expect(read.getChild("text")?.toArray()).deep.equal(texts.slice(10, 27));
  });
});

describe("batchToIpc()", () => {
  it("lets the page breathe while it gathers a large batch", async () => {
    const column = arrow.makeVector(new Float64Array(131_072));
    const batch = batchOf(
      Object.fromEntries(Array.from({ length: 96 }, (_, at) => [`c${at}`, column])),
    );
    let turns = 0;
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      turns += 1;
      port2.postMessage(0);
    };
    port2.postMessage(0);

    const ipc = await batchToIpc(arrow, batch);

    port1.close();
    expect(ipc.byteLength).greaterThan(96 << 20);
    expect(turns).greaterThan(8);
  });
});
