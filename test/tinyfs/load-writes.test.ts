import { expect } from "chai";
import { loadWrites } from "../../src/tinyfs/load-writes.ts";

describe("loadWrites()", () => {
  it("asks for the module once, however many writes there are", () => {
    expect(loadWrites()).equal(loadWrites());
  });
});
