import { describeRules } from "./describe-rules.ts";
import { TREE_RULES } from "./rules.ts";
import { treeSchedules } from "./tree/schedule.ts";
import { TreeWorld } from "./tree/world.ts";

const commits = treeSchedules({ length: 40, theme: "all", history: false });
const series = treeSchedules({ length: 40, theme: "series", history: false });
const kept = treeSchedules({ length: 40, theme: "all", history: true });
const keptFiles = treeSchedules({ length: 40, theme: "files", history: true });
const leaving = treeSchedules({ length: 40, theme: "leaving", history: true });
const returning = treeSchedules({ length: 40, theme: "returning", history: true });
const keptSeries = treeSchedules({ length: 40, theme: "series", history: true });

describeRules("the protocol of commits and history", {
  rules: TREE_RULES,
  schedules: {
    "commits that meet": commits,
    "series that are changed at once": series,
    "everything beside retention": kept,
    "files beside retention": keptFiles,
    "series beside retention": keptSeries,
    "files that leave their directory beside retention": leaving,
    "versions that come back beside retention": returning,
  },
  run: (rules, steps) => new TreeWorld(rules).run(steps),
  cases: {
    waysStand: { without: "a file is written into a directory that went", schedules: commits },
    nothingLostBelow: { without: "a directory takes what nobody saw with it", schedules: commits },
    lossesByChanges: { without: "what was moved out of it is removed again", schedules: commits },
    seriesHoldItsName: { without: "a segment is added to a series that went", schedules: series },
    readPastCheckpoint: { without: "an append beside a compaction is lost", schedules: series },
    ownSegmentsUncovered: { without: "a compaction covers what it never read", schedules: series },
    totalsAtCommit: { without: "ordinals and sums are wrong", schedules: series },
    checkpointsConflict: {
      without: "a compaction brings back what was replaced",
      schedules: series,
    },
    touchedNamesCount: { without: "a detour goes over a name in use", schedules: commits },
    versionsKeepTheirNumber: { without: "a move changes a version's number", schedules: commits },
    restoreOnlyTheDead: { without: "a node stands in two places", schedules: commits },
    groupJudgesItself: { without: "commits of a group overwrite each other", schedules: commits },
    horizonBeforePins: { without: "a commit is dropped under its reader", schedules: keptFiles },
    everyRowRefers: { without: "bytes of a moved row are collected", schedules: kept },
    changesToLowestPin: { without: "a commit cannot tell what it missed", schedules: keptFiles },
    keptInDeadDirectories: { without: "kept versions go with a directory", schedules: leaving },
    segmentsGoWithNode: { without: "a series that was moved loses its segments", schedules: kept },
    restoreRereads: { without: "a row names what retention has dropped", schedules: returning },
    purgeRaisesHorizon: { without: "an old commit shows a hole", schedules: keptFiles },
    purgeSparesReaders: { without: "a file goes under its reader", schedules: keptFiles },
    spliceHistory: { without: "versions behind a dropped row are lost", schedules: keptFiles },
  },
});
