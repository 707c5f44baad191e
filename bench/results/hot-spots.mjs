import { columns } from "./terminal.mjs";

/** The thread had nothing to do. */
const IDLE = "(idle)";

/**
 * Where a thread was, by a profile as Chromium's DevTools keep it.
 * @returns functions with the time in themselves, in milliseconds, the longest first; and all of it
 */
export function hotSpots({ nodes, samples, timeDeltas }) {
  const names = new Map(nodes.map((node) => [node.id, nameOf(node.callFrame)]));
  const times = new Map();
  let busyMs = 0;
  for (const [index, id] of samples.entries()) {
    const name = names.get(id) ?? "";
    if (name === IDLE) continue;
    // What a sample finds goes on until the next.
    const ms = Math.max(0, timeDeltas[index + 1] ?? 0) / 1000;
    times.set(name, (times.get(name) ?? 0) + ms);
    busyMs += ms;
  }
  const spots = [...times].map(([name, ms]) => ({ name, ms })).sort((a, b) => b.ms - a.ms);
  return { busyMs, spots };
}

/** The profiles of a task as text. */
export function printProfiles(task, profiles, shown = 15) {
  const parts = profiles.map(({ thread, profile }) => {
    const { busyMs, spots } = hotSpots(profile);
    const rows = spots.slice(0, shown).map(({ name, ms }) => [ms.toFixed(1), name]);
    return `${task}, ${thread}: ${busyMs.toFixed(0)} ms of work\n${columns([["ms", "in itself"], ...rows])}`;
  });
  return parts.join("\n\n");
}

function nameOf({ functionName, url }) {
  if (functionName.startsWith("(")) return functionName;
  const file =
    url
      .split("/")
      .at(-1)
      ?.replace(/-[\w-]{8}\.js$/, "") ?? "";
  return [functionName || "(a function)", file].filter(Boolean).join(" ");
}
