/**
 * Which of the guarded figures have become worse than their margin allows.
 * @param guarded what is expected, from guard.json
 * @param figures what was measured, in the order of their tasks
 */
export function judge(guarded, figures) {
  return guarded.map(({ task, figure: place, expected, margin }) => {
    const found = figures.filter((figure) => figure.task === task)[place - 1];
    const value = found?.value;
    const isHigherBetter = found?.atLeast !== undefined;
    const allowed = isHigherBetter ? expected * (1 - margin) : expected * (1 + margin);
    const isWorse =
      typeof value !== "number" || (isHigherBetter ? value < allowed : value > allowed);
    return {
      task,
      figure: place,
      what: found?.what ?? "it was not measured",
      expected,
      allowed,
      value,
      isWorse,
    };
  });
}
