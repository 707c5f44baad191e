import { match, notStrictEqual, ok, strictEqual } from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { runCommand } from "../../tools/run-command.mjs";
import { makeSmallTree } from "./small-tree.mjs";

// A runner that runs inside of this one must not take itself for a part of it.
// Nor may tools print as for a CI log: colours would stand between the words that are looked for.
const { NODE_TEST_CONTEXT: _, CI: __, ...env } = process.env;

/** Runs scripts of package.json in the tree, up to the first that fails. */
export async function runScripts(tree, ...scripts) {
  let result;
  for (const script of scripts) {
    result = await runCommand("npm", ["run", "--silent", script], { cwd: tree.folder, env });
    if (result.code !== 0) break;
  }
  return result;
}

/**
 * Tests of one gate: green on the small tree, red on each fault.
 *
 * A fault has a `name`, the `files` to plant, what the gate `reports` when it has seen it (so that a
 * gate which is broken is not taken for one that has caught something), and scripts to run `first`.
 * @param extra files that belong to the tree
 * @param prepare a script to run once, before anything else
 * @param atOnce plants all faults together: for a gate that lists all it finds, and only errors
 */
export function describeGate(script, { faults, extra = {}, prepare, atOnce = false }) {
  describe(script, () => {
    let tree;
    before(async () => {
      tree = makeSmallTree(extra);
      if (prepare) await expectGreen(tree, prepare);
    });
    after(() => tree.remove());

    it("is green without a fault", () => expectGreen(tree, script));

    const plant = atOnce ? plantTogether(faults) : plantAlone;
    for (const fault of faults) {
      it(`catches ${fault.name}`, async () => {
        const { code, output } = await plant(tree, script, fault);

        notStrictEqual(code, 0, `passed with the fault in place:\n${output}`);
        match(output, fault.reports);
      });
    }
  });
}

async function expectGreen(tree, script) {
  const { code, output } = await runScripts(tree, script);

  strictEqual(code, 0, output);
}

function plantAlone(tree, script, { files, first = [] }) {
  return tree.with([files], () => runScripts(tree, ...first, script));
}

/** The first call runs the gate on all faults; the others look at the same result. */
function plantTogether(faults) {
  let result;
  return (tree, script) => {
    const files = faults.map((fault) => fault.files);
    result ??= tree.with(files, () => runScripts(tree, script));
    return result;
  };
}

/** Puts lines at the end of a file. */
export function appending(...lines) {
  return (text) => `${text}\n${lines.join("\n")}\n`;
}

/** Puts lines at the beginning of a file. */
export function prepending(...lines) {
  return (text) => `${lines.join("\n")}\n${text}`;
}

/** Replaces a part of a file, which must be there. */
export function replacing(part, by) {
  return (text) => {
    ok(text.includes(part), `the file does not contain ${part}`);
    return text.replace(part, by);
  };
}
