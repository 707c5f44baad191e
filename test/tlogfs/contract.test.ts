import { describeFileSystem } from "../tinyfs/contract/file-system.ts";
import { openOnOplog } from "./oplog-bed.ts";

describeFileSystem("FS on OpLogPersistence", openOnOplog);
