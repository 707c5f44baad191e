import type { ReadRowsOptions } from "../arrow/read-options.ts";
import type { WDArrowExt } from "../arrow/wd-arrow-ext.ts";
import type { WriteProgress } from "../arrow/write-options.ts";
import type { CsvDelimiter } from "./csv-options.ts";

/** A directory, or a snapshot of one, whose tables and series can be read. */
export type ExportSource = Pick<WDArrowExt, "readSeriesAsStream" | "readTable">;

/** Which rows and columns are written: what reads take, `columns`, `filter`, `version`, `signal` and so on. */
export interface ExportOptions extends ReadRowsOptions {
  /** Is told after each piece of what was written. What it throws fails the stream. */
  readonly onProgress?: ((progress: WriteProgress) => void) | undefined;
}

/** How CSV is written. */
export interface CsvExportOptions extends ExportOptions {
  /** Default `","`. */
  readonly delimiter?: CsvDelimiter | undefined;
  /** Whether the first line names the columns. Default `true`. */
  readonly header?: boolean | undefined;
}
