import { describeCompaction } from "./compact-contract.ts";
import { openMemoryPond } from "./memory-pond.ts";

describe("compaction over memory", () => {
  describeCompaction(openMemoryPond);
});
