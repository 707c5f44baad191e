import { expect } from "chai";
import fc from "fast-check";
import { quote, Shell, ShellError, tokenize } from "../../src/shell/index.ts";
import { cleanUp, emptyPond, failureOf, samplePond } from "./shell-fixture.ts";

const texts = (line: string) => tokenize(line).map(({ text }) => text);
const patterns = (line: string) => tokenize(line).map(({ pattern }) => pattern);

describe("tokenize()", () => {
  it("cuts at spaces, and takes quotes and backslashes away", () => {
    expect(texts(`  cat   '/my notes/a b'  "/x y" /c\\ d  e'f 'g`)).deep.equal([
      "cat",
      "/my notes/a b",
      "/x y",
      "/c d",
      "ef g",
    ]);
  });

  it("keeps what single quotes hold, and a quote and a backslash in double ones", () => {
    expect(texts(String.raw`'a\b"c' "a\"b\\c\d"`)).deep.equal([`a\\b"c`, `a"b\\c\\d`]);
  });

  it("has words that are empty", () => {
    expect(texts(`tag ''`)).deep.equal(["tag", ""]);
    expect(texts("   ")).deep.equal([]);
  });

  it("makes patterns of wildcards that are not quoted, and escapes those that are", () => {
    expect(patterns(`/a*`)).deep.equal(["/a*"]);
    expect(patterns(`'/a*' "/b?" /c\\*`)).deep.equal([undefined, undefined, undefined]);
    expect(patterns(`'/a*/'*.{x,y}`)).deep.equal(["/a\\*/*.{x,y}"]);
  });

  it("says where words stand, and which quote is open", () => {
    expect(tokenize(`ls 'a b`)).deep.equal([
      { text: "ls", start: 0, end: 2 },
      { text: "a b", start: 3, end: 7, open: "'" },
    ]);
    expect(tokenize("a\\").at(-1)?.open).equal("\\");
  });

  it("reads any words again that were quoted", () => {
    const word = fc.string({
      unit: fc.oneof(
        fc.constantFrom(" ", "'", '"', "\\", "*", "?", "[", "]", "{", "}", "$", "\n", "-"),
        fc.string(),
      ),
    });
    fc.assert(
      fc.property(fc.array(word), (words) => {
        const tokens = tokenize(words.map(quote).join(" "));

        expect(tokens.map(({ text }) => text)).deep.equal(words);
        expect(tokens.filter(({ pattern, open }) => pattern !== undefined || open)).deep.equal([]);
      }),
    );
  });

  it("takes any line, and its words lie side by side in it", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (line) => {
        let end = 0;
        for (const token of tokenize(line)) {
          expect(token.start).least(end);
          expect(token.end).greaterThan(token.start);
          end = token.end;
        }
        expect(end).most(line.length);
      }),
    );
  });
});

describe("a line that is not written as the usage line says", () => {
  after(cleanUp);

  const cases: [line: string, message: RegExp, suggestion?: string][] = [
    ["lst /", /no such command/, "list"],
    ["moev a b", /no such command/, "move"],
    ["xyzzy", /no such command\. "help" lists them all$/],
    ["list --lnog", /no flag --lnog/, "--long"],
    ["list -z", /no flag -z/],
    ["list --__proto__", /no flag/],
    ["list --limit", /--limit needs a value, N/],
    ["list --limit=many", /--limit: "many" is no whole number/],
    ["list --limit -1", /"-1" is no whole number/],
    ["list --sort sise", /"sise" is none of name, size, time/, "size"],
    ["cat", /PATH is missing/],
    ["move a", /DEST is missing/],
    ["cat a b", /"b" is one word too many/],
    ["pwd now", /"now" is one word too many/],
    ["cat 'a", /a ' is not closed/],
    ["cat a\\", /ends in a backslash/],
    ["cat /t --filter {id:5}", /--filter: it is no JSON/],
    ["cat /t -t 2026", /--time-range: "2026" is not START..END/],
    ["cat /t -t monday..", /"monday" is no date/],
    ["vacuum --keep-for soon", /"soon" is not a duration such as 7d or 12h/],
    ["vacuum --max-bytes 5parsecs", /"5parsecs" is not a size such as 64MiB/],
    ["help lits", /no command "lits"/, "list"],
    ["restore /a first", /VERSION "first" is no whole number/],
    ["trim /s", /one of --before and --keep-rows/],
    ["copy host:a host:b", /one of SOURCE and DEST is a path of the pond/],
    ["copy --at 1 /a /b", /--at is for copies out of the pond/],
  ];

  it("is a ShellError that says what is wrong, and what was probably meant", async () => {
    const pond = await samplePond();
    await pond.root.copy("/data/people.parquet", "/t");
    await pond.root.copy("/data/obs.series", "/s");
    const shell = new Shell(pond);

    for (const [line, message, suggestion] of cases) {
      const error = await failureOf(shell.run(line));
      expect(error, line).instanceOf(ShellError);
      expect(error.code, line).equal("USAGE");
      expect(error.message, line).match(message);
      expect(error.suggestion, line).equal(suggestion);
    }
  });

  it("has the usage line of its command", async () => {
    const error = await failureOf(new Shell(await emptyPond()).run("mkdir"));

    expect(error.usage).equal("mkdir [-p] PATH...");
  });
});

describe("flags", () => {
  after(cleanUp);

  it("are read in any form and place, and leave the words after them alone", async () => {
    const pond = await samplePond();
    await pond.root.writeFile("/007", "x");
    const shell = new Shell(pond);
    const rows = async (line: string) => (await shell.run(line)).text.split("\n").length - 2;

    for (const line of [
      "head -n 2 /data/people.parquet",
      "head /data/people.parquet -n2",
      "head --limit=2 /data/people.parquet",
      "head --limit 2 -- /data/people.parquet",
      "head -n 5 -n 2 /data/people.parquet",
    ]) {
      expect(await rows(line), line).equal(2);
    }
    // A library that guesses would make numbers of these words, and the flag's value of the first.
    expect(String(await shell.run("list --long 007"))).match(/007$/);
    expect(String(await shell.run("list -lb 007"))).match(/007$/);
    expect(String(await shell.run("list --no-long 007"))).equal("007");
  });

  it("end at --", async () => {
    const pond = await emptyPond();
    await new Shell(pond).run("mkdir -- -p --help");

    expect((await pond.root.list("/")).map(({ name }) => name)).deep.equal(["--help", "-p"]);
  });
});

describe("words of a list", () => {
  after(cleanUp);

  it("are taken as they are", async () => {
    const pond = await samplePond();
    const shell = new Shell(pond);
    const odd = "/it's *not* \\a {pattern}";

    await shell.run(["mkdir", odd]);
    await shell.run(["remove", odd]);
    expect((await failureOf(shell.run(["remove", "/data/*"]))).code).equal("NOT_FOUND");
    expect(await pond.root.exists("/data/people.parquet")).equal(true);
  });

  it("of nothing do nothing", async () => {
    const shell = new Shell(await emptyPond());

    expect(String(await shell.run("  "))).equal("");
    expect(String(await shell.run([]))).equal("");
  });
});
