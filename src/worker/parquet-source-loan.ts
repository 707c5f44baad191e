/** The sources that the page lends to a call: a port to ask for ranges, and their sizes in bytes. */
export interface SourceLoan {
  readonly port: MessagePort;
  readonly sizes: readonly number[];
}
