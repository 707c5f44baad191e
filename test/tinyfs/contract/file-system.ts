import { describeCompaction } from "./compaction.ts";
import { describeConflicts } from "./conflicts.ts";
import { describeDiff } from "./diff.ts";
import { describeDirectories } from "./directories.ts";
import type { OpenFileSystem } from "./file-system-bed.ts";
import { describeFiles } from "./files.ts";
import { describeGlob } from "./glob.ts";
import { describeGroups } from "./group.ts";
import { describeHistory } from "./history.ts";
import { describeListing } from "./listing.ts";
import { describeMoving } from "./moving.ts";
import { describePaths } from "./paths.ts";
import { describeRetention } from "./retention.ts";
import { describeSeries } from "./series.ts";
import { describeStreams } from "./streams.ts";
import { describeSymlinks } from "./symlinks.ts";
import { describeTransactions } from "./transactions.ts";
import { describeVersions } from "./versions.ts";
import { describeWatch } from "./watch.ts";
import { describeWriteProtection } from "./write-protection.ts";

/** What every file system does, whatever its persistence layer. */
export function describeFileSystem(name: string, open: OpenFileSystem): void {
  describe(name, () => {
    describePaths(open);
    describeFiles(open);
    describeStreams(open);
    describeDirectories(open);
    describeListing(open);
    describeSymlinks(open);
    describeGlob(open);
    describeMoving(open);
    describeVersions(open);
    describeSeries(open);
    describeCompaction(open);
    describeWriteProtection(open);
    describeTransactions(open);
    describeConflicts(open);
    describeGroups(open);
    describeHistory(open);
    describeDiff(open);
    describeRetention(open);
    describeWatch(open);
  });
}
