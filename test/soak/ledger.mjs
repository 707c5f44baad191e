// What the pages have told, in the order in which it arrived.

/** Deeds that may have taken effect although they failed. */
const UNSURE = new Set([
  "COMMIT_UNKNOWN",
  "WORKER_DIED",
  "WORKER_START",
  "POND_CLOSED",
  "SUSPENDED",
]);

/** The deeds of all tabs, the log as it grew, and what was told of commits. */
export class Ledger {
  /** By id: what was begun. */
  begun = new Map();
  /** By id: what was acknowledged. */
  done = new Map();
  /** By id: what was refused. */
  refused = new Map();
  commits = [];
  watched = [];
  failures = [];
  conflicts = 0;

  add({ kind, ...report }) {
    if (kind === "begun") this.begun.set(report.id, report);
    if (kind === "done") this.done.set(report.id, report);
    if (kind === "refused") this.#refuse(report);
    if (kind === "conflicts") this.conflicts += report.count;
    if (kind === "log") this.commits.push(...report.commits);
    if (kind === "watched") this.watched.push(report.seq);
    if (kind === "watch failed") this.failures.push(`watch: ${report.message}`);
  }

  /** Whether nobody knows what became of a deed. */
  isUnsure(id) {
    if (!this.begun.has(id) || this.done.has(id)) return false;
    const refused = this.refused.get(id);
    return !refused || UNSURE.has(refused.code);
  }

  /** How many deeds of each kind were acknowledged. */
  counts() {
    const counts = {};
    for (const { deed } of this.done.values()) counts[deed] = (counts[deed] ?? 0) + 1;
    return counts;
  }

  #refuse(report) {
    this.refused.set(report.id, report);
    if (report.code === "CONFLICT") this.conflicts += 1;
    if (!report.isExpected) this.failures.push(`${report.deed} ${report.id}: ${report.message}`);
  }
}
