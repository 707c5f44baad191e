import { bytesSchedules } from "./bytes/schedule.ts";
import { BytesWorld } from "./bytes/world.ts";
import { describeRules } from "./describe-rules.ts";
import { BYTES_RULES } from "./rules.ts";

const schedules = bytesSchedules(80);

describeRules("the protocol of bytes", {
  rules: BYTES_RULES,
  schedules: { "tabs that publish, commit, collect and die": schedules },
  run: (rules, steps) => new BytesWorld(rules).run(steps),
  cases: {
    keepBytes: { without: "bytes are lost that were stored when they were staged", schedules },
    holdLock: { without: "a blob is collected while its commit is in doubt", schedules },
    lookUpOutcome: { without: "a commit whose answer was lost happens twice", schedules },
    askTheFile: { without: "a row is believed whose file is gone", schedules },
    verifyShared: { without: "a row names a blob that is damaged", schedules },
    rereadUnderLock: { without: "a blob goes that was named since it was looked at", schedules },
    spareLiveOwners: { without: "a temporary goes whose writer lives", schedules },
    ownerLockFirst: { without: "a temporary goes before its writer is known to live", schedules },
  },
});
