import { parseArgs } from "node:util";

const USAGE = `npm run bench -- [NAME …] [options]

  NAME              a task or a scenario, or all of a half: tasks, rivals
  --scale N         a part of the sizes, such as 0.1
  --rounds N        how often each is measured
  --contenders A,B  these alone
  --budget S        seconds for one contender and one step
  --out DIR         where the results go, if not to bench/
  --keep            keeps what the results have of other tasks and scenarios
  --profile         takes CPU profiles of tasks

BROWSERS=firefox measures another browser. docs/performance.md says what is measured.`;

/** The options of this process; where they ask for help, or for what there is not, it ends with the usage. */
export function readOptionsOrExit() {
  try {
    const options = readOptions();
    if (!options.help) return options;
    console.log(USAGE);
  } catch (error) {
    console.error(`${error.message}\n\n${USAGE}`);
    process.exitCode = 2;
  }
  return process.exit();
}

/** What `npm run bench -- …` and the environment ask for. @throws Error when there is no such option */
function readOptions(given = process.argv.slice(2), environment = process.env) {
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
      help: { type: "boolean", short: "h", default: false },
    },
  });
  return {
    help: values.help,
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
