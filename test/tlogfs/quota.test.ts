import { expect } from "chai";
import { QuotaError, TinyFSError } from "../../src/tinyfs/errors.ts";
import { explainingWriter, explainQuota } from "../../src/tlogfs/quota-explanation.ts";
import { StorageClient } from "../../src/worker/storage-client.ts";

import { cleanUp, folderOf, newPondName, openPond } from "./pond-fixture.ts";

const full = new QuotaError("full", { needed: 7, free: 3, reclaimable: 0, cause: "the browser" });

async function failureOf(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => undefined,
    (error: unknown) => error,
  );
}

describe("ContentWriter.expect()", () => {
  afterEach(cleanUp);

  it("makes a write that can never fit fail at its first piece, and leaves nothing", async () => {
    const name = newPondName();
    const persistence = await openPond({ name });
    const writer = await persistence.stage();

    writer.expect?.(2 ** 40);
    const error = await failureOf(writer.write(new Uint8Array(3 << 20)));

    expect(error).include({ code: "QUOTA", needed: 2 ** 40 });
    const engine = await StorageClient.open({ directory: folderOf(name), database: name });
    expect(await engine.listTemporaries()).deep.equal([]);
    await engine.close();
  });
});

describe("explainQuota()", () => {
  it("says what retention would free", async () => {
    const error = await failureOf(
      explainQuota(
        async () => 99,
        () => Promise.reject(full),
      ),
    );

    expect(error)
      .instanceOf(QuotaError)
      .include({ needed: 7, free: 3, reclaimable: 99, cause: "the browser" });
  });

  it("says 0 where nobody can tell, and keeps the error", async () => {
    const find = () => Promise.reject(new Error("closed"));

    expect(await failureOf(explainQuota(find, () => Promise.reject(full)))).include({
      code: "QUOTA",
      reclaimable: 0,
    });
  });

  it("asks nobody for other errors", async () => {
    let asked = 0;
    const other = new TinyFSError("CONFLICT", "another came first");

    const error = await failureOf(
      explainQuota(
        async () => ++asked,
        () => Promise.reject(other),
      ),
    );

    expect(error).equal(other);
    expect(asked).equal(0);
  });

  it("completes the errors of a writer's calls", async () => {
    const refuse = () => Promise.reject(full);
    const writer = explainingWriter(async () => 99, {
      write: refuse,
      close: refuse,
      abort: async () => {},
    });

    expect(await failureOf(writer.write(new Uint8Array(1)))).include({ reclaimable: 99 });
    expect(await failureOf(writer.close())).include({ reclaimable: 99 });
  });
});
