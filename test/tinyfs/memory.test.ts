import { describeFileSystem } from "./contract/file-system.ts";
import { openMemory } from "./memory-bed.ts";

describeFileSystem("MemoryPersistence", openMemory);
