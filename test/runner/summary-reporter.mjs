import { addTotals, formatTotals, NO_TESTS } from "../../tools/totals.mjs";

/**
 * Ends the run with one plain line: "N passed, N failed", with ", N skipped" where that applies.
 * It is printed as the process exits: the runner redraws its progress until then, over whatever a
 * reporter has printed.
 */
export function summaryReporter() {
  return {
    stop({ sessions }) {
      const totals = sessions.map(countSession).reduce(addTotals, NO_TESTS);
      process.once("exit", () => process.stdout.write(`\n${formatTotals(totals)}\n`));
    },
  };
}

/** A file that could not run, or that failed outside its tests, counts as one failure. */
function countSession(session) {
  if (!session.testResults) return session.passed ? NO_TESTS : { ...NO_TESTS, failed: 1 };

  const totals = countSuite(session.testResults);
  const failedOutside = !session.passed && session.errors?.length > 0;
  return failedOutside ? addTotals(totals, { ...NO_TESTS, failed: 1 }) : totals;
}

function countSuite(suite) {
  return [...suite.tests.map(countTest), ...suite.suites.map(countSuite)].reduce(
    addTotals,
    NO_TESTS,
  );
}

function countTest(test) {
  if (test.skipped) return { ...NO_TESTS, skipped: 1 };
  return test.passed ? { ...NO_TESTS, passed: 1 } : { ...NO_TESTS, failed: 1 };
}
