// `npm test`: the suites in real browsers, from source; then, on what the build puts out, the tests of
// the package and of the demo from outside. BROWSERS=chromium,firefox,webkit says where.
import { runCommand } from "./run-command.mjs";
import { addTotals, exitCode, formatTotals, judgeRun, NO_TESTS } from "./totals.mjs";

const inBrowsers = await runSuite("npx", ["--no-install", "web-test-runner"]);
const outside = (await built())
  ? await runSuite("node", [
      "tools/run-node-tests.mjs",
      "test/bench",
      "test/package",
      "test/interop-node",
      "test/docs",
      "test/e2e",
    ])
  : { ...NO_TESTS, failed: 1 };

const totals = addTotals(inBrowsers, outside);
console.log(`\n${formatTotals(totals)}`);
process.exitCode = exitCode(totals);

async function runSuite(command, args) {
  return judgeRun(await runCommand(command, args, { echo: true }));
}

async function built() {
  const { code, output } = await runCommand("npm", ["run", "--silent", "build:demo"]);
  if (code !== 0) console.log(`The build failed:\n${output}`);
  return code === 0;
}
