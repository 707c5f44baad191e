import { expect } from "chai";
import { findCommand } from "../../src/shell/commands.ts";
import { descriptions, run, tokenize } from "../../src/shell/index.ts";
import { readWords } from "../../src/shell/read-words.ts";
import { commandsPage } from "./console-page.ts";
import { cleanUp, emptyPond } from "./shell-fixture.ts";

const PAGE = new URL("../../docs/console.md", import.meta.url);
const START = "<!-- generated: npm run docs:console -->\n";
const END = "<!-- end -->";

describe("docs/console.md", () => {
  after(cleanUp);

  it("describes the commands as they describe themselves", async () => {
    const page = await (await fetch(PAGE, { cache: "no-store" })).text();
    const [head = "", rest = ""] = page.split(START);
    const expected = `${head}${START}${commandsPage()}${END}${rest.split(END)[1] ?? ""}`;

    // Answered only under `npm run docs:console`.
    const isWritten =
      page !== expected && (await fetch(PAGE, { method: "PUT", body: expected })).ok;

    if (!isWritten) expect(page).equal(expected);
  });

  it("has examples that are written as the usage lines say", () => {
    for (const { name, examples } of descriptions) {
      for (const { line } of examples) {
        const [first, ...given] = tokenize(line);
        const command = findCommand(first?.text ?? "");
        expect(command?.name).equal(name);
        if (command) readWords(command, given);
      }
    }
  });

  it("is what help tells of each command", async () => {
    const pond = await emptyPond();

    for (const { name, summary, flags } of descriptions) {
      const { text } = await run(pond, ["help", name]);
      expect(text).contain(summary.replaceAll("`", ""));
      for (const flag of flags) expect(text).contain(`--${flag.name}`);
      expect((await run(pond, [name, "--help"])).text).equal(text);
    }
  });
});
