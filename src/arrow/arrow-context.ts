import type { WDContext } from "../tinyfs/wd-context.ts";
import type { ParquetCodec } from "../worker/parquet-types.ts";

/** What an `ArrowWD` is: a `WD` that can reach the Parquet codec. */
export interface ArrowContext extends WDContext {
  /** The codec; its worker starts with the first table. @internal */
  readonly parquet: ParquetCodec;
  /** Aborts when the pond is closed. Absent where nothing closes it. @internal */
  readonly closing?: AbortSignal | undefined;
}
