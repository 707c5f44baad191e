import { expect } from "chai";
import type { ErrorCode } from "../../src/tinyfs/index.ts";
import {
  ConflictError,
  CorruptBlobError,
  FileBusyError,
  isTinyFSError,
  QuotaError,
  recordError,
  reviveError,
  TinyFSError,
} from "../../src/tinyfs/index.ts";

/** As an error comes back from a worker. */
function acrossThreads(error: unknown): Error {
  return reviveError(structuredClone(recordError(error)));
}

describe("TinyFSError", () => {
  it("tells what it is about and what caused it", () => {
    const cause = new Error("below");

    const error = new TinyFSError("NOT_FOUND", "Cannot open", { path: "/a", cause });

    expect(error).deep.include({ code: "NOT_FOUND", path: "/a", name: "TinyFSError" });
    expect(error.cause).equal(cause);
    expect(error).instanceOf(Error);
  });

  it("has no details that were not given", () => {
    const error = new TinyFSError("NOT_FOUND", "Cannot open");

    expect(error).not.property("path");
    expect(error).not.property("cause");
  });
});

describe("isTinyFSError()", () => {
  it("knows an error of any class and code", () => {
    const error = new ConflictError("no");

    expect(isTinyFSError(error)).equal(true);
    expect(isTinyFSError(error, "CONFLICT")).equal(true);
    expect(isTinyFSError(error, "NOT_FOUND")).equal(false);
  });

  it("knows an error of another copy of the library by its code", () => {
    const error = Object.assign(new Error("no"), { code: "QUOTA" });

    expect(isTinyFSError(error, "QUOTA")).equal(true);
  });

  it("knows nothing else for one", () => {
    const others = [
      undefined,
      null,
      "NOT_FOUND",
      new Error("no"),
      new DOMException("no", "AbortError"),
      Object.assign(new Error("no"), { code: "ENOENT" }),
      Object.assign(new Error("no"), { code: "constructor" }),
    ];

    const found = others.map((other) => isTinyFSError(other));

    expect(found).deep.equal(others.map(() => false));
  });
});

describe("reviveError()", () => {
  it("keeps class, code, fields, message and stack", () => {
    const error = new QuotaError("Full", { needed: 1, free: 2, reclaimable: 3 });

    const revived = acrossThreads(error);

    expect(revived).instanceOf(QuotaError);
    expect(revived).deep.include({ code: "QUOTA", needed: 1, free: 2, reclaimable: 3 });
    expect(revived).include({ name: "QuotaError", message: "Full", stack: error.stack });
  });

  it("keeps causes, whatever their kind", () => {
    const root = new TypeError("bottom");
    const middle = new TinyFSError("CORRUPT_ROW", "middle", { cause: root });
    const error = new CorruptBlobError("top", { sha256: "00", cause: middle });

    const revived = acrossThreads(error);

    expect(revived).instanceOf(CorruptBlobError);
    expect(isTinyFSError(revived.cause, "CORRUPT_ROW")).equal(true);
    expect(((revived.cause as Error).cause as Error).name).equal("TypeError");
  });

  it("makes each busy code a FileBusyError with its transaction", () => {
    const codes: ErrorCode[] = ["BEING_WRITTEN", "ALREADY_BEING_WRITTEN"];

    const revived = codes.map((code) =>
      acrossThreads(new FileBusyError(code, "no", { txId: "t" })),
    );

    expect(revived.map((error) => error instanceof FileBusyError)).deep.equal([true, true]);
    expect(revived.map((error) => (error as FileBusyError).txId)).deep.equal(["t", "t"]);
  });

  it("keeps an abort an abort", () => {
    const revived = acrossThreads(new DOMException("enough", "AbortError"));

    expect(revived).instanceOf(DOMException);
    expect(revived).include({ name: "AbortError", message: "enough" });
  });

  it("makes an error of what is none", () => {
    const revived = acrossThreads("just text");

    expect(revived).instanceOf(Error);
    expect(revived.message).equal("just text");
    expect(isTinyFSError(revived)).equal(false);
  });

  it("takes an unknown code for no code of ours", () => {
    const revived = acrossThreads(Object.assign(new Error("no"), { code: "ENOENT" }));

    expect(revived).not.instanceOf(TinyFSError);
    expect(revived).include({ code: "ENOENT" });
  });
});
