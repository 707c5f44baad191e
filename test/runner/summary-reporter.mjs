import { relative } from "node:path";
import { addTotals, formatTotals, NO_TESTS } from "../../tools/totals.mjs";

/**
 * Ends the run with one plain line: "N passed, N failed", with ", N skipped" where that applies.
 * It is printed as the process exits: the runner redraws its progress until then, over whatever a
 * reporter has printed.
 * @param slowest lists so many files above it, by the seconds that their tests took
 */
export function summaryReporter({ slowest = 0 } = {}) {
  return {
    stop({ sessions }) {
      const totals = sessions.map(countSession).reduce(addTotals, NO_TESTS);
      const times = slowest > 0 ? listSlowest(sessions.map(timeOf), slowest) : "";
      process.once("exit", () => process.stdout.write(`\n${times}${formatTotals(totals)}\n`));
    },
  };
}

function timeOf(session) {
  const { testFile, group, browser, testResults } = session;
  const file = relative(process.cwd(), testFile);
  return { what: `${file} in ${group?.name ?? browser.name}`, ms: sumDurations(testResults) };
}

function sumDurations(suite) {
  if (!suite) return 0;
  const own = suite.tests.reduce((sum, { duration = 0 }) => sum + duration, 0);
  return suite.suites.reduce((sum, inner) => sum + sumDurations(inner), own);
}

function listSlowest(times, count) {
  const sum = times.reduce((total, { ms }) => total + ms, 0);
  const lines = times
    .sort((a, b) => b.ms - a.ms)
    .slice(0, count)
    .map(({ what, ms }) => `${seconds(ms)} s  ${what}\n`);
  return `${lines.join("")}${seconds(sum)} s  in the tests of all files\n`;
}

function seconds(ms) {
  return (ms / 1000).toFixed(1).padStart(7);
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
