import { expect } from "chai";
import { MemoryPersistence, ROOT_ID } from "../../src/tinyfs/index.ts";
import { TransactionSession } from "../../src/tinyfs/transaction.ts";
import { failureOf, rejects } from "./contract/rejects.ts";

describe("TransactionSession", () => {
  it("does not commit the first half of a call that fails while the commit waits for it", async () => {
    const persistence = new MemoryPersistence();
    const session = new TransactionSession({ persistence }, 0, {});
    const fault = new Error("half-way");
    let begin = () => {};
    const begun = new Promise<void>((resolve) => {
      begin = resolve;
    });
    const call = session.write(async (tree) => {
      const place = { dirId: ROOT_ID, name: "half" };
      tree.create({ place, path: "/half", entry: undefined }, { entryType: "Directory" });
      begin();
      await new Promise((resolve) => setTimeout(resolve));
      throw fault;
    });
    const failed = failureOf(call);
    await begun;

    const error = await rejects(session.commit(), "TRANSACTION_POISONED");

    expect(error.cause).equal(fault);
    expect(await failed).equal(fault);
    expect((await persistence.head()).seq).equal(0);
  });
});
