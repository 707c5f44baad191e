import { describeModel } from "../tinyfs/model/describe-model.ts";
import { openOnOplog } from "./oplog-bed.ts";

describeModel("OpLogPersistence", openOnOplog, { runs: 16 });
