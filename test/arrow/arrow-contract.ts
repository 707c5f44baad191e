import type { ArrowWD } from "../../src/arrow/index.ts";
import type { FS } from "../../src/tinyfs/index.ts";
import { describeBadInput } from "./bad-input-contract.ts";
import { describeParquetFiles } from "./parquet-files-contract.ts";
import { describeRowStatistics } from "./row-statistics-contract.ts";
import { describeSeries } from "./series-contract.ts";
import { describeStreaming } from "./streaming-contract.ts";
import { describeTables } from "./tables-contract.ts";
import { describeTypes } from "./types-contract.ts";

/** A pond with tables and series, over any persistence. */
export interface ArrowPond {
  readonly fs: Pick<FS<ArrowWD>, "transaction">;
  readonly root: ArrowWD;
  close(): Promise<void>;
}

/** Opens an empty pond; each test has its own and closes it. */
export type OpenPond = () => Promise<ArrowPond>;

/** What holds for tables and series over every persistence. */
export function describeArrow(name: string, open: OpenPond): void {
  describe(`tables and series over ${name}`, () => {
    describeTables(open);
    describeSeries(open);
    describeTypes(open);
    describeBadInput(open);
    describeParquetFiles(open);
    describeRowStatistics(open);
    describeStreaming(open);
  });
}
