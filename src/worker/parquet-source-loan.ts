import type { KnownPart } from "./parquet-source-blob.ts";

/** The sources that the page lends to a call: a port to ask for ranges, and their sizes in bytes. */
export interface SourceLoan {
  readonly port: MessagePort;
  readonly sizes: readonly number[];
  /** Parts of each source that need not be asked for. */
  readonly held: readonly (readonly KnownPart[])[];
}
