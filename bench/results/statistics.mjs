/** The value that so many of a hundred do not exceed, between two neighbours if need be. */
export function quantile(values, part) {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (sorted.length - 1) * part;
  const [below, above] = [sorted[Math.floor(at)], sorted[Math.ceil(at)]];
  return below + (above - below) * (at - Math.floor(at));
}

/** The middle and the spread of values: `undefined` if there are none. */
export function summarize(values = []) {
  if (values.length === 0) return undefined;
  return {
    median: quantile(values, 0.5),
    low: Math.min(...values),
    high: Math.max(...values),
    rounds: values,
  };
}

/** One median as so many of another: `undefined` unless there are both. */
export function ratio(one, other) {
  if (one === undefined || other === undefined || other.median === 0) return undefined;
  return one.median / other.median;
}
