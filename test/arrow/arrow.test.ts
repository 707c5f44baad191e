import { describeArrow } from "./arrow-contract.ts";
import { openMemoryPond } from "./memory-pond.ts";

describeArrow("memory", openMemoryPond);
