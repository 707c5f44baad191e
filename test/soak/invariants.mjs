// What must hold after a soak, whatever was killed when. Each gives the violations it found.

const TOTAL = 12_000;
const SLOTS = 8;

/** By name; `ledger` is what the tabs have told, `audit` what the pond holds in the end. */
export const INVARIANTS = {
  "the numbers of the log are dense": ({ commits }) => {
    return commits.flatMap(({ seq }, index) =>
      seq === index + 1 ? [] : [`${seq} at ${index + 1}`],
    );
  },

  "times increase with numbers": ({ commits }) => {
    return commits.flatMap(({ seq, time }, index) => {
      return index === 0 || time > commits[index - 1].time ? [] : [`commit ${seq} at ${time}`];
    });
  },

  "every acknowledged operation is in the log": ({ done, commits }) => {
    const labels = new Set(commits.map(({ label }) => label));
    return [...done.values()].flatMap(({ deed, id, seq, path }) => {
      if (deed === "transfer") return labels.has(id) ? [] : [`${deed} ${id}`];
      if (seq === undefined) return [];
      const paths = commits[seq - 1]?.paths ?? [];
      const isThere = path ? paths.includes(path) : paths.length > 0;
      return isThere ? [] : [`${deed} ${id} in commit ${seq}`];
    });
  },

  "no transaction is in the log twice, and none that was refused": (ledger) => {
    const labels = ledger.commits.flatMap(({ label }) => label ?? []);
    const twice = labels.filter((label, index) => labels.indexOf(label) !== index);
    const refused = labels.filter((label) => ledger.refused.has(label) && !ledger.isUnsure(label));
    return [...twice, ...refused];
  },

  "sums are conserved": (_, { counters }) => (counters === TOTAL ? [] : [`${counters}`]),

  "each file is what its last writer wrote": (ledger, { files }) => {
    const found = new Map(files.map((file) => [file.path, file]));
    const last = lastWrites(ledger);
    const missing = [...last.keys()].filter((path) => !found.has(path));
    return [...missing, ...files.flatMap((file) => judgeFile(ledger, last.get(file.path), file))];
  },

  "each appended segment is there once, in the order of its commit": (ledger, { series }) => {
    return Object.entries(series).flatMap(([path, ids]) => judgeSeries(ledger, path, ids));
  },

  "each directory that was moved stands once": (_, { files }) => {
    return Array.from({ length: SLOTS }, (_, slot) => slot).flatMap((slot) => {
      const inside = files.filter(({ path }) => path.startsWith(`/balls/${slot}/`));
      const isOne = inside.length === 1 && inside[0].id === `ball${slot}`;
      return isOne ? [] : [JSON.stringify(inside)];
    });
  },

  "watch tells every commit once and in order": ({ commits, watched }) => {
    const expected = commits.filter(({ kind }) => kind === "user").map(({ seq }) => seq);
    return expected.flatMap((seq, index) => (watched[index] === seq ? [] : [`${seq}`])).slice(0, 5);
  },

  "check finds nothing": (_, { findings }) => findings.map((finding) => JSON.stringify(finding)),

  "nothing is left over after a collection": (_, { temporaries, deletedTwice }) => {
    return deletedTwice === 0 ? temporaries : [...temporaries, `${deletedTwice} deleted again`];
  },

  "no tab met an error that nobody expects": ({ failures }) => failures,
};

/** Of each file the acknowledged write with the highest number. */
function lastWrites({ done }) {
  const last = new Map();
  for (const write of done.values()) {
    if (write.path && write.seq > (last.get(write.path)?.seq ?? 0)) last.set(write.path, write);
  }
  return last;
}

function judgeFile(ledger, last, { path, id, seq }) {
  if (path.startsWith("/balls/")) return [];
  if (seq === last?.seq && id === last.id) return [];
  // A write whose tab died may have been the last; one that was refused may not.
  const isLater = seq > (last?.seq ?? 0) && ledger.isUnsure(id);
  const told = last
    ? `${last.id} wrote it in commit ${last.seq}`
    : "nobody said to have written it";
  return isLater ? [] : [`${path} is of ${id} in commit ${seq}, and ${told}`];
}

function judgeSeries(ledger, path, found) {
  const ids = found.map((text) => (text === "first" ? text : text.slice(path.length + 1, -1)));
  const twice = ids.filter((id, index) => ids.indexOf(id) !== index).map((id) => `${id} twice`);
  const appended = [...ledger.done.values()].filter(({ deed }) => deed === "append");
  const inPath = ({ seq }) => ledger.commits[seq - 1]?.paths.includes(path);
  const expected = appended.filter(inPath).sort((a, b) => a.seq - b.seq);
  const there = new Set(ids);
  const missing = expected.filter(({ id }) => !there.has(id)).map(({ id }) => `${id} is missing`);
  const strange = ids.filter((id) => {
    return id !== "first" && !ledger.done.has(id) && !ledger.isUnsure(id);
  });
  const known = ids.filter((id) => ledger.done.has(id));
  const isInOrder = known.every((id, index) => id === expected[index]?.id);
  return [
    ...twice,
    ...missing,
    ...strange.map((id) => `${id} was never appended`),
    ...(isInOrder || missing.length > 0 ? [] : [`${path} is out of order`]),
  ];
}
