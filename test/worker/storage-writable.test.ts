import { opfsBed } from "./opfs-bed.ts";
import { describeEngine } from "./storage-contract.ts";
import { workerWithout } from "./worker-without.ts";

describeEngine(
  "StorageClient on OPFS without sync handles",
  opfsBed(workerWithout("sync handles")),
);
