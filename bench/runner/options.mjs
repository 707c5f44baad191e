import { parseArgs } from "node:util";

/** What `npm run bench -- …` and the environment ask for. */
export function readOptions(given = process.argv.slice(2), environment = process.env) {
  const { values, positionals } = parseArgs({
    args: given,
    allowPositionals: true,
    options: {
      scale: { type: "string", default: environment.BENCH_SCALE ?? "1" },
      rounds: { type: "string", default: environment.BENCH_ROUNDS },
      contenders: { type: "string", default: environment.BENCH_CONTENDERS },
      budget: { type: "string", default: environment.BENCH_BUDGET ?? "120" },
      out: { type: "string", default: environment.BENCH_OUT },
      keep: { type: "boolean", default: false },
      profile: { type: "boolean", default: false },
    },
  });
  return {
    names: positionals,
    /** Of the sizes of the contenders' scenarios and of the tasks that can be scaled. */
    scale: positive("scale", values.scale),
    rounds: values.rounds === undefined ? undefined : positive("rounds", values.rounds),
    contenders: values.contenders?.split(","),
    /** For one contender and one step. */
    budgetMs: positive("budget", values.budget) * 1000,
    /** Where the results go, if not to bench/. */
    out: values.out,
    /** Whether the results file keeps what it has of other tasks and scenarios. */
    keep: values.keep,
    /** Whether CPU profiles of tasks are taken. */
    profile: values.profile,
    browsers: (environment.BROWSERS ?? "chromium").split(","),
    query: environment.BENCH_QUERY ?? "",
  };
}

function positive(name, text) {
  const value = Number(text);
  if (!(value > 0)) throw new Error(`--${name} is to be a number above zero, not "${text}"`);
  return value;
}
