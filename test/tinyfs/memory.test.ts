import { FS } from "../../src/tinyfs/index.ts";
import { describeFileSystem } from "./contract/file-system.ts";

describeFileSystem("FS.inMemory()", async () => ({ fs: FS.inMemory(), close: async () => {} }));
