// The writing half of the core in one module, so that calls which wait for it go on in their order.
export { createDirectory, createLink, removeEntry, setEntryAttributes } from "./directories.ts";
export { pinHead } from "./pin-head.ts";
export { renameEntry } from "./rename.ts";
export { runTransaction } from "./run-transaction.ts";
export { StagedTree } from "./staged-tree.ts";
export { Transaction, TransactionSession } from "./transaction.ts";
export { writeFile } from "./write-file.ts";
