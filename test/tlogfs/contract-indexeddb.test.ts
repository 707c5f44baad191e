import { describeFileSystem } from "../tinyfs/contract/file-system.ts";
import { openOnIndexedDB } from "./oplog-bed.ts";

describeFileSystem("FS on OpLogPersistence, all of it in IndexedDB", openOnIndexedDB);
