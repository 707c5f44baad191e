import { deepStrictEqual, ok } from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";

const root = new URL("../../", import.meta.url);

/** Sentences in backquotes, up to the next `test/…` file in backquotes, belong to that file. */
function quotedSentences(text) {
  const quotes = [...text.matchAll(/`([^`]+)`/g)].map(([, quoted]) => quoted.replace(/\s+/g, " "));
  const found = [];
  let waiting = [];
  for (const quoted of quotes) {
    if (!/^test\/.+\.m?[jt]s$/.test(quoted)) waiting.push(quoted);
    else {
      found.push(...waiting.map((sentence) => ({ sentence, file: quoted })));
      waiting = [];
    }
  }
  return found.filter(({ sentence }) => sentence.includes(" "));
}

function missingIn(text) {
  return quotedSentences(text).filter(({ sentence, file }) => {
    const source = readFileSync(new URL(file, root), "utf8");
    return !source.includes(sentence) && !source.includes(sentence.replaceAll('"', '\\"'));
  });
}

const page = readFileSync(new URL("docs/guarantees.md", root), "utf8");
const promises = page.slice(page.indexOf("\n## Where it runs"));

describe("docs/guarantees.md", () => {
  it("quotes tests that are there", () => {
    deepStrictEqual(missingIn(promises), []);
  });

  it("is read: its sentences are found, and a made-up one is missed", () => {
    ok(quotedSentences(promises).length > 50);
    deepStrictEqual(missingIn("`no such promise` in `test/tlogfs/format.test.ts`"), [
      { sentence: "no such promise", file: "test/tlogfs/format.test.ts" },
    ]);
  });
});
