import { expect } from "chai";
import { LentSources } from "../../src/worker/parquet-lent-sources.ts";
import { ParquetService } from "../../src/worker/parquet-service.ts";
import {
  closeClients,
  encodeAll,
  MemorySource,
  newClient,
  toIpc,
  weather,
} from "./parquet-fixtures.ts";

/** What the worker asks the page for while it opens a file; the worker's half runs in this page. */
async function askedWhileOpening(source: MemorySource): Promise<number> {
  const lent = new LentSources([source]);
  let asked = 0;
  const read = lent.read.bind(lent);
  lent.read = (argument) => {
    asked += 1;
    return read(argument);
  };
  const service = new ParquetService();
  try {
    await lent.readEnds();
    await service.openReader({ id: 1, loan: lent.loan, wasmUrl: undefined });
    return asked;
  } finally {
    service.closeReader({ id: 1 });
    lent.close();
  }
}

describe("sources that are lent to the Parquet worker", () => {
  afterEach(closeClients);

  it("come with their ends, so that opening one asks the page for nothing", async () => {
    const batches = [toIpc(weather(20_000)), toIpc(weather(20_000, 1))];
    const { file } = await encodeAll(newClient(), batches, {});
    const source = new MemorySource(file);

    const asked = await askedWhileOpening(source);

    expect(file.length).above(70_000);
    expect(source.reads).deep.equal([
      { start: 0, end: 4 },
      { start: file.length - 65_536, end: file.length },
    ]);
    expect(asked).equal(0);
  });

  it("come whole where they are small", async () => {
    const { file } = await encodeAll(newClient(), [toIpc(weather(100))], {});
    const source = new MemorySource(file);

    expect(await askedWhileOpening(source)).equal(0);
    expect(source.reads).deep.equal([{ start: 0, end: file.length }]);
  });
});
