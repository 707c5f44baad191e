import { ArrowWD } from "../../src/arrow/index.ts";
import { FS, MemoryPersistence } from "../../src/tinyfs/index.ts";
import { ParquetClient } from "../../src/worker/parquet-client.ts";
import type { ArrowPond } from "./arrow-contract.ts";

/** Tables and series over the reference persistence. */
export async function openMemoryPond(): Promise<ArrowPond> {
  const parquet = new ParquetClient();
  const services = {
    persistence: new MemoryPersistence(),
    joinSegments: (sources: Parameters<ParquetClient["splice"]>[0]) => parquet.splice(sources),
  };
  const fs = new FS(services, (context) => new ArrowWD({ ...context, parquet }));
  return { fs, root: fs.root, close: () => parquet.close() };
}
