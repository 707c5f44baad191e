import { expect } from "chai";
import { isTinyFSError, recordError, reviveError, TinyFSError, QuotaError } from "../src/tinyfs/errors.ts";
describe("reviveError()", () => {
  it("keeps class, code, fields and cause", () => {
    const error = reviveError(structuredClone(recordError(new QuotaError("x", { needed: 1, free: 2, reclaimable: 3, cause: new Error("c") }))));
    expect(error).instanceOf(QuotaError);
    expect(isTinyFSError(error, "QUOTA")).equal(true);
    expect((error.cause as Error).message).equal("c");
    expect(new TinyFSError("NOT_FOUND", "x", { path: "/a" }).path).equal("/a");
    expect((error as QuotaError).needed).equal(1);
  });
});
