// The line that every runner ends with, "N passed, N failed" with an optional ", N skipped".

/** The totals of a run without tests. */
export const NO_TESTS = Object.freeze({ passed: 0, failed: 0, skipped: 0 });

/** The totals of two runs together. */
export function addTotals(left, right) {
  return {
    passed: left.passed + right.passed,
    failed: left.failed + right.failed,
    skipped: left.skipped + right.skipped,
  };
}

/** One line for people and for scripts. */
export function formatTotals({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`;
}

/** The last line of totals in a runner's output, or `undefined` where there is none. */
export function parseTotals(output) {
  const line = [...output.matchAll(/^(\d+) passed, (\d+) failed(?:, (\d+) skipped)?\r?$/gm)].at(-1);
  if (!line) return undefined;
  const [passed, failed, skipped] = line.slice(1).map((digits) => Number(digits ?? 0));
  return { passed, failed, skipped };
}

/** A run that failed without a failed test, or without totals, counts as one failure. */
export function judgeRun({ code, output }) {
  const totals = parseTotals(output) ?? NO_TESTS;
  const failedSilently = code !== 0 && totals.failed === 0;
  return failedSilently ? addTotals(totals, { ...NO_TESTS, failed: 1 }) : totals;
}

/** 0 only if tests ran and none failed. */
export function exitCode({ passed, failed }) {
  return failed > 0 || passed === 0 ? 1 : 0;
}
