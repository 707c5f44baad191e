import type { RetentionPolicy } from "../../tinyfs/retention.ts";
import { checkPolicy, isSamePolicy } from "../../tinyfs/retention-rules.ts";
import { putMeta, readMeta } from "../meta.ts";
import type { PondDatabase } from "../pond-database.ts";

/** Makes a policy the pond's own. */
export async function storePolicy(database: PondDatabase, policy: RetentionPolicy): Promise<void> {
  const retention = checkPolicy(policy);
  await database.use("oplog")("readwrite", async (oplog) => {
    const { sum: _, ...meta } = await readMeta(oplog, database.pond);
    if (!isSamePolicy(meta.retention, retention)) putMeta(oplog, { ...meta, retention });
  });
}
