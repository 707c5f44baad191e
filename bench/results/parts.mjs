/** When the parts of a run began, in UTC, and how busy the machine was then. */
export function whenOf(parts) {
  const dates = parts.map(({ date }) => date).sort();
  const [first, last] = [dates[0] ?? "", dates.at(-1) ?? ""];
  const loads = parts.map(({ load }) => load);
  const busy = `load ${Math.min(...loads)} to ${Math.max(...loads)} in the minute before a part`;
  const until =
    first === last ? "" : ` to ${minuteOf(last).replace(minuteOf(first).slice(0, 11), "")}`;
  return `${minuteOf(first)}${until} UTC, ${busy}`;
}

function minuteOf(date) {
  return date.slice(0, 16).replace("T", " ");
}
