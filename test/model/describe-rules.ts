import { expect } from "chai";
import fc from "fast-check";
import { settings } from "../tinyfs/model/settings.ts";

/** Where a rule shows what it is for. */
export interface RuleCase<Step> {
  /** What happens when the rule does not hold, after "without it". */
  readonly without: string;
  readonly schedules: fc.Arbitrary<Step[]>;
}

/** A part of the protocol, with rules that can be switched off one by one. */
export interface ProtocolPart<Rules, Step> {
  readonly rules: Rules;
  /** Schedules under which all rules together must hold. */
  readonly schedules: Readonly<Record<string, fc.Arbitrary<Step[]>>>;
  /** Runs a schedule. @throws when a promise is broken */
  run(rules: Rules, steps: readonly Step[]): void;
  readonly cases: Readonly<Record<keyof Rules & string, RuleCase<Step>>>;
}

/** So many schedules until a rule that is switched off must have shown what it is for. */
const MOST_TRIES = 20_000;

/** Holds a part of the protocol to its promises, and shows of each rule that it is needed. */
export function describeRules<Rules extends object, Step>(
  name: string,
  part: ProtocolPart<Rules, Step>,
): void {
  const { runs = 300, seed = 1 } = settings;

  describe(name, function () {
    this.timeout(30_000 + runs * 200);

    for (const [about, schedules] of Object.entries(part.schedules)) {
      it(`keeps its promises in ${runs} schedules of ${about} (seed ${seed})`, () => {
        const property = fc.property(schedules, (steps) => part.run(part.rules, steps));

        fc.assert(property, { numRuns: runs, seed, includeErrorInReport: true });
      });
    }

    for (const [rule, { without, schedules }] of casesOf(part)) {
      it(`needs ${rule}: without it ${without}`, () => {
        const rules = { ...part.rules, [rule]: false };
        const property = fc.property(schedules, (steps) => part.run(rules, steps));

        const { failed } = fc.check(property, { numRuns: MOST_TRIES, seed: 1, endOnFailure: true });

        expect(failed).equal(true);
      });
    }
  });
}

function casesOf<Rules, Step>({ cases }: ProtocolPart<Rules, Step>): [string, RuleCase<Step>][] {
  return Object.entries<RuleCase<Step>>(cases);
}
