import { expect } from "chai";
import { browserProbes } from "./browser-probes.ts";

const PAGE = new URL("../../docs/browsers.md", import.meta.url);
const START = "<!-- generated: npm run docs:browsers -->\n";
const END = "<!-- end -->";
const COLUMNS = ["Chromium", "Firefox", "WebKitGTK", "WebKitGTK without OPFS"];
/** The line that tells which versions were asked: it changes with every update, and proves nothing. */
const VERSION = "version that was asked";

describe("docs/browsers.md", function () {
  this.timeout(60_000);

  it("says what this browser has", async () => {
    const answers = new Map([[VERSION, versionOf(navigator.userAgent)]]);
    for (const { what, ask } of browserProbes) answers.set(what, asText(await ask()));
    const page = await (await fetch(PAGE, { cache: "no-store" })).text();
    const [head = "", rest = ""] = page.split(START);
    const [table = "", tail = ""] = rest.split(END);
    const known = readColumns(table);

    const expected = writeTable(withColumn(known, columnHere(), answers));

    const body = `${head}${START}${expected}${END}${tail}`;
    // Answered only under `npm run docs:browsers`.
    const isWritten = page !== body && (await fetch(PAGE, { method: "PUT", body })).ok;
    if (!isWritten) expect(withoutVersion(table)).equal(withoutVersion(expected));
  });
});

/** The answers of all browsers, by what was asked. */
type Answers = ReadonlyMap<string, readonly string[]>;

function columnHere(): number {
  if (navigator.userAgent.includes("Firefox/")) return 1;
  if (navigator.userAgent.includes("Chrome/")) return 0;
  return navigator.storage && "getDirectory" in navigator.storage ? 2 : 3;
}

/** The version of the engine: WebKitGTK names that of a Safari like it. */
function versionOf(userAgent: string): string {
  const [, version = "?"] = /(?:Firefox|Chrome|Version)\/([\d.]+)/.exec(userAgent) ?? [];
  const isWebKit = columnHere() >= 2;
  return isWebKit ? `like Safari ${version}` : `${Number.parseInt(version, 10)}`;
}

function asText(answer: boolean | string): string {
  if (typeof answer === "string") return answer;
  return answer ? "yes" : "no";
}

function readColumns(table: string): Answers {
  const lines = table.split("\n").filter((line) => line.startsWith("| "));
  return new Map(
    lines.map((line) => {
      const [what = "", ...cells] = line.slice(2, -2).split(" | ");
      return [what, cells.slice(0, COLUMNS.length)];
    }),
  );
}

function withColumn(known: Answers, column: number, here: ReadonlyMap<string, string>): Answers {
  return new Map(
    [...here].map(([what, answer]) => {
      const others = known.get(what) ?? COLUMNS.map(() => "not asked yet");
      return [what, others.map((other, index) => (index === column ? answer : other))];
    }),
  );
}

function writeTable(answers: Answers): string {
  const uses = new Map(browserProbes.map(({ what, use }) => [what, use]));
  const rows = [
    ["", ...COLUMNS, "what it is used for, and what is done without it"],
    ["---", ...COLUMNS.map(() => "---"), "---"],
    ...[...answers].map(([what, cells]) => [what, ...cells, uses.get(what) ?? ""]),
  ];
  return rows.map((cells) => `| ${cells.join(" | ")} |\n`).join("");
}

function withoutVersion(table: string): string {
  const lines = table.split("\n");
  return lines.filter((line) => !line.startsWith(`| ${VERSION}`)).join("\n");
}
