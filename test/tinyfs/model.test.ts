import { openMemory } from "./memory-bed.ts";
import { describeModel } from "./model/describe-model.ts";

describeModel("MemoryPersistence", openMemory, { runs: 300 });
