import { expect } from "chai";
import type { ErrorCode, TinyFSError } from "../../../src/tinyfs/index.ts";
import { isTinyFSError } from "../../../src/tinyfs/index.ts";

/** What a promise was rejected with. Fails when it was not. */
export async function failureOf(promise: PromiseLike<unknown>): Promise<unknown> {
  let value: unknown;
  try {
    value = await promise;
  } catch (error) {
    return error;
  }
  throw new Error(`Expected a rejection, got ${JSON.stringify(value)}`);
}

/** Expects a rejection with this code, and gives the error. */
export async function rejects(
  promise: PromiseLike<unknown>,
  code: ErrorCode,
): Promise<TinyFSError> {
  const error = await failureOf(promise);
  if (!isTinyFSError(error)) throw error;
  expect(error.code, error.message).equal(code);
  return error;
}

/** Expects a rejection with a `TypeError`. */
export async function rejectsType(promise: PromiseLike<unknown>): Promise<void> {
  expect(await failureOf(promise)).instanceOf(TypeError);
}
