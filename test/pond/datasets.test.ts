import { deletePond, openPond } from "../../src/index.ts";
import type { ArrowPond } from "../arrow/arrow-contract.ts";
import { describeArrow } from "../arrow/arrow-contract.ts";
import { describeCsv } from "../interop/csv-contract.ts";

describeArrow("IndexedDB and OPFS", openOnDisk);
describeCsv("IndexedDB and OPFS", openOnDisk);

async function openOnDisk(): Promise<ArrowPond> {
  const name = `datasets-${crypto.randomUUID()}`;
  const pond = await openPond(name);
  const close = async () => {
    await pond.close();
    await deletePond(name);
  };
  return { fs: pond, root: pond.root, close };
}
