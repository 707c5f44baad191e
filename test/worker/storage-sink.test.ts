import { expect } from "chai";
import { QuotaError } from "../../src/tinyfs/errors.ts";
import type { OnFull } from "../../src/worker/storage-room.ts";
import { writeChecked } from "../../src/worker/storage-sink.ts";
import { failureOf, someBytes } from "./storage-pond.ts";

/** A handle whose writes give what is listed, one after the other. */
function handleGiving(...outcomes: (number | Error)[]) {
  const positions: (number | undefined)[] = [];
  const write = (_bytes: AllowSharedBufferSource, options?: { at?: number }) => {
    positions.push(options?.at);
    const outcome = outcomes.shift() ?? 0;
    if (outcome instanceof Error) throw outcome;
    return outcome;
  };
  return { handle: { write }, positions };
}

const chunk = someBytes(100);
const frees: OnFull = async () => true;

describe("writeChecked()", () => {
  it("writes at the position it is given", async () => {
    const { handle, positions } = handleGiving(100);

    await writeChecked(handle, chunk, 7);

    expect(positions).deep.equal([7]);
  });

  it("takes a thrown quota error for a full store", async () => {
    const cause = new DOMException("full", "QuotaExceededError");
    const { handle } = handleGiving(cause);

    const error = await failureOf(writeChecked(handle, chunk, 0));

    expect(error).instanceOf(QuotaError).include({ needed: 100, reclaimable: 0, cause });
    expect((error as QuotaError).free).a("number");
  });

  it("takes a count above the length for a full store", async () => {
    const { handle } = handleGiving(4_294_967_288);

    expect(await failureOf(writeChecked(handle, chunk, 0))).instanceOf(QuotaError);
  });

  it("takes a short count for a full store", async () => {
    const { handle } = handleGiving(99);

    expect(await failureOf(writeChecked(handle, chunk, 0))).instanceOf(QuotaError);
  });

  it("takes a count of 0 for a full store", async () => {
    const { handle } = handleGiving(0);

    expect(await failureOf(writeChecked(handle, chunk, 0))).instanceOf(QuotaError);
  });

  it("passes on what is thrown for another reason", async () => {
    const cause = new DOMException("closed", "InvalidStateError");
    const { handle } = handleGiving(cause);

    expect(await failureOf(writeChecked(handle, chunk, 0, frees))).equal(cause);
  });

  it("writes all again, at the same position, once something was freed", async () => {
    const { handle, positions } = handleGiving(40, 100);
    const asked: number[] = [];

    await writeChecked(handle, chunk, 7, async (needed) => asked.push(needed) > 0);

    expect(positions).deep.equal([7, 7]);
    expect(asked).deep.equal([100]);
  });

  it("does not try again when nothing was freed", async () => {
    const { handle, positions } = handleGiving(40, 100);

    expect(await failureOf(writeChecked(handle, chunk, 7, async () => false))).instanceOf(
      QuotaError,
    );
    expect(positions).deep.equal([7]);
  });

  it("asks once only", async () => {
    const { handle, positions } = handleGiving(40, 40, 100);

    expect(await failureOf(writeChecked(handle, chunk, 7, frees))).instanceOf(QuotaError);
    expect(positions).deep.equal([7, 7]);
  });
});
