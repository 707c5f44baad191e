import { expect } from "chai";
import { choicesFor, type Fitting } from "../../src/arrow/fitting-schemas.ts";
import { newNodeId } from "../../src/tinyfs/new-ids.ts";
import { createOtherBatch, createTestBatch } from "./batch-fixtures.ts";

const COLUMNS = { id: { dictionary: true } };

function written(rows: number, reuses = 0): Fitting {
  const { schema } = createTestBatch(1);
  return { nodeId: newNodeId(), schema, choices: { columns: COLUMNS, rows, reuses } };
}

describe("choicesFor()", () => {
  it("takes the choices of the append before for half to twice as many rows", () => {
    const taken = [49, 50, 100, 200, 201].map((rows) => {
      return choicesFor(written(100), createTestBatch(rows))?.columns;
    });

    expect(taken).deep.equal([undefined, COLUMNS, COLUMNS, COLUMNS, undefined]);
  });

  it("looks at the values anew after 31 times", () => {
    let last: Fitting | undefined = written(100);
    let times = 0;
    for (; last; times += 1) {
      const choices = choicesFor(last, createTestBatch(100));
      last = choices && { ...last, choices };
    }

    expect(times).equal(32);
  });

  it("takes none for another schema, and none where there were no rows", () => {
    const { nodeId, schema } = written(1);

    expect(choicesFor(written(1), createOtherBatch())).equal(undefined);
    expect(choicesFor({ nodeId, schema, choices: undefined }, createTestBatch(5))).equal(undefined);
    expect(choicesFor(undefined, createTestBatch(5))).equal(undefined);
  });
});
