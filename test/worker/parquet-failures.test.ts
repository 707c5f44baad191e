import { tableFromIPC } from "apache-arrow";
import { expect } from "chai";
import type { ByteSource } from "../../src/tinyfs/byte-source.ts";
import { isTinyFSError } from "../../src/tinyfs/errors.ts";
import type { ParquetClient } from "../../src/worker/parquet-client.ts";
import {
  closeClients,
  concat,
  encodeAll,
  failureOf,
  MemorySource,
  newClient,
  toIpc,
  unionIpc,
  weather,
} from "./parquet-fixtures.ts";

describe("ParquetClient, when things fail", () => {
  let client: ParquetClient;
  let file: Uint8Array<ArrayBuffer>;

  before(async () => {
    file = (await encodeAll(newClient(), [toIpc(weather(30_000)), toIpc(weather(30_000, 1))])).file;
  });

  beforeEach(() => {
    client = newClient();
  });

  afterEach(closeClients);

  async function expectAlive(): Promise<void> {
    const reader = await client.openReader(new MemorySource(file));
    expect(tableFromIPC(await reader.readRowGroup(1)).numRows).equal(30_000);
    await reader.close();
  }

  describe("files that are not Parquet", () => {
    it("refuses each of them by NOT_PARQUET and serves the next call", async () => {
      const text = new TextEncoder().encode("time,temp\n2024-01-01,21.5\n");
      const broken: Record<string, Uint8Array> = {
        "no bytes": new Uint8Array(0),
        "eleven bytes": file.slice(0, 11),
        "another format": text,
        "a cut end": file.slice(0, -1),
        "half a file": file.slice(0, file.length / 2),
        "a cut start": file.slice(4),
        "an encrypted footer": concat([file.slice(0, -4), new TextEncoder().encode("PARE")]),
        "a footer longer than the file": withFooterLength(file, file.length),
        "a footer of 4 GB": withFooterLength(file, 0xffff_ffff),
        "a footer of no bytes": withFooterLength(file, 0),
        "a footer that starts too early": withFooterLength(file, footerLength(file) + 100),
        "a footer that starts too late": withFooterLength(file, footerLength(file) - 100),
        "pages that are not there": concat([file.slice(0, 4), file.slice(-footerLength(file) - 8)]),
        "a footer of endless numbers": withFooter(new Uint8Array(1_000_000).fill(0xff)),
        "a footer of endless nesting": withFooter(new Uint8Array(1_000_000).fill(0x1c)),
        "a list of 2 billion row groups": withFooter([0x49, 0xfc, 0xff, 0xff, 0xff, 0xff, 0x07, 0]),
      };

      const outcomes = await Promise.all(
        Object.entries(broken).map(async ([name, bytes]) => [
          name,
          (await failureOf(client.describe(new MemorySource(bytes)))).code,
          (await failureOf(client.openReader(new MemorySource(bytes)))).code,
          (await failureOf(client.splice([new MemorySource(bytes)]))).code,
        ]),
      );

      const expected = Object.keys(broken).map((name) => [name, ...Array(3).fill("NOT_PARQUET")]);
      expect(outcomes).deep.equal(expected);
      await expectAlive();
    });

    it("says what is wrong", async () => {
      const error = await failureOf(client.describe(new MemorySource(file.slice(0, -1))));

      expect(error.message).equal('Cannot read the file as Parquet: it does not end with "PAR1"');
    });

    it("survives any byte of the footer being another", async () => {
      const small = (await encodeAll(client, [toIpc(weather(5))])).file;
      const start = small.length - 8 - footerLength(small);
      const positions = Array.from({ length: 120 }, (_, index) => start + index * 13).filter(
        (at) => at < small.length,
      );

      const outcomes = await Promise.all(
        positions.map((at) =>
          client.describe(new MemorySource(withByte(small, at))).then(() => "read", codeOf),
        ),
      );

      expect(new Set(outcomes)).deep.equal(new Set(["read", "NOT_PARQUET"]));
      await expectAlive();
    });
  });

  describe("readRowGroup()", () => {
    it("refuses an index out of range", async () => {
      const reader = await client.openReader(new MemorySource(file));

      const errors = await Promise.all(
        [2, -1, 0.5, Number.NaN].map((index) => failureOf(reader.readRowGroup(index))),
      );

      expect(errors.map(codeOf)).deep.equal(Array(4).fill("PARQUET_READ_FAILED"));
      expect(errors.map(({ message }) => message)).include(
        "Cannot read row group 2: the file has 2",
      );
      expect(tableFromIPC(await reader.readRowGroup(1)).numRows).equal(30_000);
    });

    it("refuses a column that is not there and names those that are", async () => {
      const reader = await client.openReader(new MemorySource(file));

      const error = await failureOf(reader.readRowGroup(0, { columns: ["temp", "humidity"] }));

      expect(error).property("code", "SCHEMA_MISMATCH");
      expect(error.message).include('"humidity"').and.include('"station"');
    });

    it("rejects for damaged pages, with a cause, and serves the next call", async () => {
      const { rowGroups } = await client.describe(new MemorySource(file));
      const page = rowGroups[0]?.offset ?? 0;
      const damaged = file.slice();
      damaged.fill(0xff, page, page + 8);
      const reader = await client.openReader(new MemorySource(damaged));

      const error = await failureOf(reader.readRowGroup(0));

      expect(error).property("code", "PARQUET_READ_FAILED");
      expect(error.cause).instanceOf(Error);
      expect(tableFromIPC(await reader.readRowGroup(1)).numRows).equal(30_000);
      await expectAlive();
    });

    it("rejects or reads for every page byte being another, and never hangs", async () => {
      const { file: small } = await encodeAll(client, [toIpc(weather(200))], {
        compression: "snappy",
      });
      const outcomes = new Set<unknown>();

      for (let at = 4; at < small.length - footerLength(small) - 8; at += 331) {
        const reader = await client.openReader(new MemorySource(withByte(small, at)));
        outcomes.add(await reader.readRowGroup(0).then(() => "read", codeOf));
      }

      outcomes.delete("read");
      expect(outcomes).deep.equal(new Set(["PARQUET_READ_FAILED"]));
      await expectAlive();
    });

    it("rejects with the source's own error, and reads again once the source does", async () => {
      const failure = new Error("the disk is gone");
      let fails = false;
      const memory = new MemorySource(file);
      const source: ByteSource = {
        size: file.length,
        read: (start, end) => (fails ? Promise.reject(failure) : memory.read(start, end)),
        close: () => memory.close(),
      };
      const reader = await client.openReader(source);
      await reader.readRowGroup(0);

      fails = true;
      const errors = await Promise.all([
        failureOf(reader.readRowGroup(0)),
        failureOf(reader.readRowGroup(1)),
        failureOf(client.describe(source)),
        failureOf(client.openReader(source)),
        failureOf(client.splice([memory, source])),
      ]);
      fails = false;

      expect(errors.map((error) => error === failure)).deep.equal(Array(5).fill(true));
      expect(tableFromIPC(await reader.readRowGroup(1)).numRows).equal(30_000);
    });

    it("leaves other readers alone when a source fails", async () => {
      const good = await client.openReader(new MemorySource(file));
      const bad = await client.openReader(failingAfter(new MemorySource(file), 2));

      const outcomes = await Promise.all([
        good.readRowGroup(0).then(() => "read"),
        bad.readRowGroup(0).then(() => "read", codeOf),
        good.readRowGroup(1).then(() => "read"),
      ]);

      expect(outcomes).deep.equal(["read", "CORRUPT_BLOB", "read"]);
    });

    it("rejects where the source gives less than it was asked for", async () => {
      const memory = new MemorySource(file);
      const source: ByteSource = {
        size: file.length,
        read: async (start, end) =>
          (await memory.read(start, end)).slice(0, start < 1000 ? -1 : undefined),
        close: () => memory.close(),
      };

      const error = await failureOf(client.describe(source));

      expect(error).property("code", "PARQUET_READ_FAILED");
    });

    it("rejects at once when it is aborted, and serves the next call", async () => {
      const reader = await client.openReader(new MemorySource(file));
      const controller = new AbortController();
      const reason = new Error("the tab was closed");

      const read = failureOf(reader.readRowGroup(0, { signal: controller.signal }));
      controller.abort(reason);

      expect(await read).equal(reason);
      expect(await failureOf(reader.readRowGroup(0, { signal: controller.signal }))).equal(reason);
      expect(tableFromIPC(await reader.readRowGroup(0)).numRows).equal(30_000);
    });

    it("rejects the opening at once when it is aborted", async () => {
      const source = stuck(new MemorySource(file));
      const controller = new AbortController();

      const opening = failureOf(client.openReader(source, { signal: controller.signal }));
      const describing = failureOf(client.describe(source, controller.signal));
      const splicing = failureOf(client.splice([source], controller.signal));
      setTimeout(() => controller.abort(), 50);

      const errors = await Promise.all([opening, describing, splicing]);
      expect(errors.map(({ name }) => name)).deep.equal(Array(3).fill("AbortError"));
      await expectAlive();
    });
  });

  describe("the worker", () => {
    it("is replaced after it has died, and readers go on", async () => {
      const workers: Worker[] = [];
      client = newClient({ worker: () => track(workers) });
      const reader = await client.openReader(new MemorySource(file));

      const reading = failureOf(reader.readRowGroup(0));
      workers[0]?.terminate();

      expect(await reading).property("code", "PARQUET_READ_FAILED");
      expect(tableFromIPC(await reader.readRowGroup(1)).numRows).equal(30_000);
      expect(workers.length).equal(2);
    });

    it("takes its encoders along and says so", async () => {
      const workers: Worker[] = [];
      client = newClient({ worker: () => track(workers) });
      const encoder = await client.openEncoder();
      await encoder.encode(toIpc(weather(10)));

      const encoding = failureOf(encoder.encode(toIpc(weather(10, 1))));
      workers[0]?.terminate();

      expect(await encoding).property("code", "WORKER_DIED");
      expect(await failureOf(encoder.finish())).property("code", "WORKER_DIED");
      await encoder.abort();
      expect((await encodeAll(client, [toIpc(weather(10))])).summary.rowCount).equal(10);
    });

    it("is replaced after a panic in encoding, and reading does not notice", async () => {
      const reader = await client.openReader(new MemorySource(file));

      const error = await failureOf(encodeAll(client, [unionIpc()]));

      expect(error).property("code", "UNSUPPORTED_TYPE");
      expect(tableFromIPC(await reader.readRowGroup(0)).numRows).equal(30_000);
      expect((await encodeAll(client, [toIpc(weather(10))])).summary.rowCount).equal(10);
    });

    it("is ended when it is silent for too long, and the next call has another", async () => {
      const workers: Worker[] = [];
      const silent = () =>
        new Worker(new URL("./parquet-silent.worker.ts", import.meta.url), { type: "module" });
      client = newClient({
        worker: () => track(workers, workers.length < 2 ? silent : undefined),
        deadlineMs: 1500,
      });

      const errors = await Promise.all([
        failureOf(client.describe(new MemorySource(file))),
        failureOf(encodeAll(client, [toIpc(weather(1))])),
      ]);

      expect(errors.map(codeOf)).deep.equal(["PARQUET_READ_FAILED", "WORKER_DIED"]);
      await expectAlive();
    });

    it("may wait for its source for as long as that takes", async () => {
      client = newClient({ deadlineMs: 1500 });
      await expectAlive();
      const memory = new MemorySource(file);
      const slow: ByteSource = {
        size: memory.size,
        read: (start, end) =>
          new Promise((resolve) => setTimeout(() => resolve(memory.read(start, end)), 2000)),
        close: () => memory.close(),
      };

      expect((await client.describe(slow)).rowCount).equal(60_000);
    });

    it("that does not start is a typed error", async () => {
      client = newClient({ worker: "/no-such-worker.js" });

      expect(await failureOf(client.describe(new MemorySource(file)))).property(
        "code",
        "WORKER_START",
      );
    });
  });

  describe("close()", () => {
    it("rejects what is pending and what comes", async () => {
      const encoder = await client.openEncoder();
      const reader = await client.openReader(new MemorySource(file));

      const pending = [
        failureOf(reader.readRowGroup(0)),
        failureOf(encoder.encode(toIpc(weather(10)))),
      ];
      await new Promise((resolve) => setTimeout(resolve));
      await client.close();
      const later = [failureOf(client.openEncoder()), failureOf(reader.readRowGroup(1))];

      const errors = await Promise.all([...pending, ...later]);
      expect(errors.map(codeOf)).deep.equal(Array(4).fill("POND_CLOSED"));
      await reader.close();
      await encoder.abort();
    });

    it("ends a worker that is still starting", async () => {
      const describing = failureOf(client.describe(new MemorySource(file)));

      await client.close();

      expect(await describing).property("code", "POND_CLOSED");
    });
  });
});

function codeOf(error: unknown): unknown {
  return isTinyFSError(error) ? error.code : error;
}

function footerLength(file: Uint8Array<ArrayBuffer>): number {
  return new DataView(file.buffer).getUint32(file.length - 8, true);
}

function withFooterLength(file: Uint8Array, length: number): Uint8Array {
  const copy = file.slice();
  new DataView(copy.buffer).setUint32(copy.length - 8, length, true);
  return copy;
}

function withFooter(footer: Iterable<number>): Uint8Array {
  const bytes = Uint8Array.from(footer);
  const magic = new TextEncoder().encode("PAR1");
  return withFooterLength(concat([magic, bytes, new Uint8Array(4), magic]), bytes.length);
}

function withByte(file: Uint8Array, at: number): Uint8Array {
  const copy = file.slice();
  copy[at] = (copy[at] ?? 0) ^ 0xff;
  return copy;
}

function failingAfter(source: MemorySource, reads: number): ByteSource {
  return {
    size: source.size,
    close: () => source.close(),
    read: async (start, end) => {
      if (source.reads.length < reads) return await source.read(start, end);
      throw Object.assign(new Error("page 3 is damaged"), { code: "CORRUPT_BLOB" });
    },
  };
}

function stuck(source: MemorySource): ByteSource {
  return { size: source.size, read: () => new Promise(() => {}), close: () => source.close() };
}

function track(workers: Worker[], create?: () => Worker): Worker {
  const url = new URL("../../src/worker/parquet.worker.ts", import.meta.url);
  const worker = create?.() ?? new Worker(url, { type: "module" });
  workers.push(worker);
  return worker;
}
