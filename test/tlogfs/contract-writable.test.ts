import { describeFileSystem } from "../tinyfs/contract/file-system.ts";
import { openWithoutSyncHandles } from "./oplog-bed.ts";

describeFileSystem("FS on OpLogPersistence without sync handles", openWithoutSyncHandles);
