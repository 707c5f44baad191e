/** Results of a run as the bench keeps them, with nothing in them but what is given. */
export function resultsOf({ figures = [], rivals = [], ...rest } = {}) {
  const steps = { read: "read {n} files" };
  return {
    format: 2,
    machine: { cpu: "a", processors: 2, memoryGiB: 8, system: "Linux", node: "v20" },
    browsers: { chromium: "Chrome/1" },
    scale: 1,
    versions: { tinypond: "1.0.0", dexie: "4.0.0" },
    contenders: {
      tinypond: { packages: [], how: "by hand", durability: "strict", cannot: {} },
      dexie: { packages: ["dexie"], how: "<b>", durability: "relaxed", cannot: {} },
    },
    parts: [{ browser: "chromium", name: "t", date: "2026-11-23T07:05:00.000Z", load: 0.5 }],
    scenarios: { small: { steps, size: 10_000 } },
    figures: figures.map((figure) => ({
      browser: "chromium",
      task: "t",
      what: "w",
      unit: "x",
      detail: "",
      ...figure,
    })),
    rivals: rivals.map((row) => ({
      browser: "chromium",
      scenario: "small",
      step: "read",
      contender: "tinypond",
      ...row,
    })),
    ...rest,
  };
}

/** Times as `summarize` gives them. */
export function times(median, low = median, high = median) {
  return { median, low, high, rounds: [low, median, high] };
}
