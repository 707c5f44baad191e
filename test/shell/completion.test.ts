import { expect } from "chai";
import type { Pond } from "../../src/pond.ts";
import { Shell } from "../../src/shell/index.ts";
import { cleanUp, samplePond } from "./shell-fixture.ts";

describe("complete()", () => {
  let pond: Pond;
  let shell: Shell;
  before(async () => {
    pond = await samplePond();
    await pond.transaction(async ({ root }) => {
      await root.createDir("/my notes");
      await root.writeFile("/my notes/it's.md", "x");
      await root.writeFile("/-odd", "x");
    });
    await pond.tag("first one", 1);
    shell = new Shell(pond);
  });
  after(cleanUp);

  /** What a line may become, the cursor at its end. */
  async function complete(line: string): Promise<string[]> {
    const { from, to, candidates } = await shell.complete(line);
    return candidates.map(({ text }) => line.slice(0, from) + text + line.slice(to));
  }

  it("completes commands, and those that help tells of", async () => {
    expect(await complete("des")).deep.equal(["describe"]);
    expect(await complete("c")).deep.equal(["cat", "cd", "check", "compact", "copy"].map(String));
    expect((await complete("")).length).greaterThan(20);
    expect(await complete("help vac")).deep.equal(["help vacuum"]);
    expect(await complete("nothing ")).deep.equal([]);
  });

  it("completes paths of a directory, and quotes them where they need it", async () => {
    expect(await complete("list /da")).deep.equal(["list /data/"]);
    expect(await complete("list /data/")).deep.equal([
      "list /data/bytes.bin",
      "list /data/obs.series",
      "list /data/people.parquet",
    ]);
    expect(await complete("cat /my")).deep.equal(["cat '/my notes/'"]);
    expect(await complete("cat '/my notes/'i")).deep.equal([`cat '/my notes/it'\\''s.md'`]);
    expect(await complete('cat "/my no')).deep.equal(["cat '/my notes/'"]);
    expect(await complete("cat /my\\ notes/")).deep.equal([`cat '/my notes/it'\\''s.md'`]);
    expect(await complete("cat /latest/ob")).deep.equal(["cat /latest/obs.series"]);
    expect(await complete("cat /nowhere/x")).deep.equal([]);
  });

  it("begins at the working directory, and guards names that look like flags", async () => {
    const inNotes = new Shell(pond, { cwd: "/notes" });

    expect((await inNotes.complete("cat a")).candidates.map(({ text }) => text)).deep.equal([
      "a.md",
    ]);
    expect((await inNotes.complete("cat ../da")).candidates.map(({ text }) => text)).deep.equal([
      "../data/",
    ]);
    expect(await complete("cat ")).deep.equal([
      "cat ./-odd",
      "cat data/",
      "cat latest",
      "cat 'my notes/'",
      "cat notes/",
    ]);
    expect(await complete("cat -- -o")).deep.equal(["cat -- ./-odd"]);
  });

  it("completes flags and their values", async () => {
    expect(await complete("list --l")).deep.equal(["list --limit", "list --long"]);
    expect(await complete("list --sort s")).deep.equal(["list --sort size"]);
    expect(await complete("list -s ")).deep.equal(["list -s name", "list -s size", "list -s time"]);
    expect(await complete("list --sort=t")).deep.equal(["list --sort=time"]);
    expect(await complete("show -m bri")).deep.equal(["show -m brief"]);
    expect(await complete("list --at fi")).deep.equal(["list --at 'first one'"]);
    expect(await complete("tag -d f")).deep.equal(["tag -d 'first one'"]);
    expect(await complete("list --limit 1")).deep.equal([]);
  });

  it("knows which word comes next: of one that repeats, and after it", async () => {
    expect(await complete("move /notes/a.md /da")).deep.equal(["move /notes/a.md /data/"]);
    expect(await complete("move -- /notes/a.md /notes/b.md /da")).deep.equal([
      "move -- /notes/a.md /notes/b.md /data/",
    ]);
    expect(await complete("copy ho")).deep.equal(["copy host:"]);
    expect(await complete("copy /notes/a.md ho")).deep.equal(["copy /notes/a.md host:"]);
    expect(await complete("cat /notes/a.md /da")).deep.equal([]);
    expect(await complete("restore /notes/a.md 1")).deep.equal([]);
  });

  it("says whether the word is whole then, and looks at what is before the cursor only", async () => {
    const { candidates, from, to } = await shell.complete("list /da --long", 8);

    expect([from, to]).deep.equal([5, 8]);
    expect(candidates).deep.equal([{ text: "/data/", label: "data/", isWhole: false }]);
    expect((await shell.complete("he")).candidates[0]?.isWhole).equal(true);
  });

  it("looks at the names that begin alike, and not at the rest of a large directory", async () => {
    await pond.transaction(async ({ root }) => {
      await root.createDir("/many");
      for (let index = 0; index < 300; index += 1) await root.createDir(`/many/dir ${index}`);
      await root.writeFile("/many/last", "x");
    });

    expect((await shell.complete("list /many/la")).candidates.length).equal(1);
    expect((await shell.complete("list /many/")).candidates.length).equal(200);
    expect(await complete("list '/many/dir 29")).include("list '/many/dir 299/'");
  });
});
