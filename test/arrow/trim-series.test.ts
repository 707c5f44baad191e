import { openMemoryPond } from "./memory-pond.ts";
import { describeTrimming } from "./trim-contract.ts";

describe("trimming over memory", () => {
  describeTrimming(openMemoryPond);
});
