// Every commit's subject reads `type(layer): sentence` and has at most 72 characters. Looks at what is
// not on origin/main yet, or at the whole history where there is no such branch.
import { execFileSync } from "node:child_process";

const TYPES = ["feat", "fix", "refactor", "perf", "test", "docs", "build", "chore"];
const LAYERS = [
  "tinyfs",
  "worker",
  "tlogfs",
  "arrow",
  "query",
  "interop",
  "replicate",
  "shell",
  "demo",
  "pond",
  "repo",
];
const MAX_LENGTH = 72;
const FORM = new RegExp(`^(${TYPES.join("|")})\\((${LAYERS.join("|")})\\): \\S.*$`);

const range = commitRange();
const commits = range === undefined ? [] : listCommits(range);
const faults = commits.flatMap(({ hash, subject }) =>
  faultsOf(subject).map((fault) => `${hash} "${subject}": ${fault}`),
);
for (const fault of faults) console.error(fault);
console.log(`${commits.length} commit subjects, ${faults.length} faults`);
process.exitCode = faults.length > 0 ? 1 : 0;

function faultsOf(subject) {
  const faults = [];
  if (!FORM.test(subject)) {
    faults.push(`not type(layer): sentence; types ${TYPES.join(" ")}; layers ${LAYERS.join(" ")}`);
  }
  if (subject.length > MAX_LENGTH) {
    faults.push(`${subject.length} characters, at most ${MAX_LENGTH}`);
  }
  return faults;
}

/** `undefined` where nothing has been committed yet, or outside of a repository. */
function commitRange() {
  if (exists("origin/main")) return "origin/main..HEAD";
  return exists("HEAD") ? "HEAD" : undefined;
}

function exists(ref) {
  try {
    git("rev-parse", "--verify", "--quiet", `${ref}^{commit}`);
    return true;
  } catch {
    return false; // the question asked: git exits 1 for a ref that is not there
  }
}

function listCommits(range) {
  return git("log", "--no-merges", "--format=%h %s", range)
    .split("\n")
    .filter(Boolean)
    .map((line) => {
      const space = line.indexOf(" ");
      return { hash: line.slice(0, space), subject: line.slice(space + 1) };
    });
}

function git(...args) {
  return execFileSync("git", args, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
}
