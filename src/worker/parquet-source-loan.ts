/** The sources that the page lends to a call: a port to ask for ranges, and their sizes in bytes. */
export interface SourceLoan {
  readonly port: MessagePort;
  readonly sizes: readonly number[];
  /** The bytes of small sources, which need not be asked for. */
  readonly held: readonly (Uint8Array<ArrayBuffer> | undefined)[];
}
