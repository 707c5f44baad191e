/** A change smaller than this is none, whatever the spread says. */
const LEAST_CHANGE = 0.05;
/** Figures without rounds of their own have to change by so much. */
const LEAST_CHANGE_OF_ONE = 0.1;

/**
 * Two results side by side: all that is in both, or in one.
 * @returns rows with `before`, `after`, their `ratio`, and whether the change is beyond the spread of both
 */
export function compareResults(base, next) {
  const before = numbersOf(base);
  const after = numbersOf(next);
  return [...new Set([...before.keys(), ...after.keys()])].map((key) => {
    const [one, other] = [before.get(key), after.get(key)];
    const ratio = one && other && one.median !== 0 ? other.median / one.median : undefined;
    return { key, before: one, after: other, ratio, isBeyondSpread: isChange(one, other, ratio) };
  });
}

/** Why two results should not be compared, if so. */
export function differencesOf(base, next) {
  const parts = [
    ["the scale", base.scale, next.scale],
    ["the processor", base.machine.cpu, next.machine.cpu],
    ["the number of processors", base.machine.processors, next.machine.processors],
    ["the browser", Object.values(base.browsers).join(), Object.values(next.browsers).join()],
  ];
  return parts
    .filter(([, one, other]) => one !== other)
    .map(([what, one, other]) => `${what}: ${one} and ${other}`);
}

function isChange(one, other, ratio) {
  if (ratio === undefined) return false;
  const change = Math.abs(ratio - 1);
  const isSingle = one.low === one.high && other.low === other.high;
  if (isSingle) return change >= LEAST_CHANGE_OF_ONE;
  const areApart = other.low > one.high || other.high < one.low;
  return areApart && change >= LEAST_CHANGE;
}

function numbersOf({ figures, rivals }) {
  const numbers = new Map();
  const seen = new Map();
  for (const figure of figures) {
    // Texts change; the place of a figure among those of its task does not.
    const task = `${figure.browser} ${figure.task}`;
    const place = (seen.get(task) ?? 0) + 1;
    seen.set(task, place);
    if (typeof figure.value !== "number") continue;
    numbers.set(`${task} ${place}`, { ...spreadOf(figure), unit: figure.unit, what: figure.what });
  }
  for (const { browser, scenario, step, contender, ms } of rivals) {
    if (ms) numbers.set(`${browser} ${scenario}/${step} ${contender}`, { ...ms, unit: "ms" });
  }
  return numbers;
}

/** A ratio's own spread: of each round's times, which were taken one after the other. */
function spreadOf({ value, rounds, atLeast }) {
  if (!rounds) return { median: value, low: value, high: value };
  const ratios = rounds.ours.map((time, round) => {
    const other = rounds.byHand[round] ?? Number.NaN;
    return atLeast === undefined ? time / other : other / time;
  });
  return { median: value, low: Math.min(value, ...ratios), high: Math.max(value, ...ratios) };
}
