import { expect } from "chai";
import { rejects } from "../tinyfs/contract/rejects.ts";
import { cleanUp, folderOf, newPondName, openPond } from "./pond-fixture.ts";
import { listTemporaries } from "./pond-folder.ts";
import { locksOf, until } from "./sleeping-page.ts";
import type { Tab } from "./tab.ts";

const frames = new Set<HTMLIFrameElement>();

/** An iframe with a pond open in it. */
interface OpenTab {
  readonly frame: HTMLIFrameElement;
  readonly tab: Tab;
}

async function openTab(name: string): Promise<OpenTab> {
  const frame = document.createElement("iframe");
  frame.srcdoc = `<script type="module" src="${new URL("./tab.ts", import.meta.url)}"></script>`;
  const loaded = new Promise((resolve) => frame.addEventListener("load", resolve));
  document.body.append(frame);
  frames.add(frame);
  await loaded;
  const window = frame.contentWindow as unknown as { Tab: typeof Tab };
  return { frame, tab: await window.Tab.open(name, folderOf(name).join(" ")) };
}

function closeTab({ frame }: OpenTab): void {
  frames.delete(frame);
  frame.remove();
}

async function openTabs(name: string, count: number): Promise<OpenTab[]> {
  const tabs: OpenTab[] = [];
  for (let n = 0; n < count; n += 1) tabs.push(await openTab(name));
  return tabs;
}

describe("several tabs", function () {
  this.timeout(60_000);

  afterEach(async () => {
    for (const frame of frames) frame.remove();
    frames.clear();
    await cleanUp();
  });

  it("write, append and count in one pond, and nothing is lost", async () => {
    const name = newPondName();
    const tabs = await openTabs(name, 4);
    const [first] = tabs as [OpenTab];
    await first.tab.root.writeFile("/count", "0");
    await first.tab.startSeries("/series");

    await Promise.all(
      tabs.flatMap(({ tab }, n) => [
        tab.writeFiles(`/${n}-`, 50),
        tab.append("/series", 50),
        tab.increment("/count", 50),
      ]),
    );

    const { root, fs } = first.tab;
    expect(new TextDecoder().decode(await root.readFile("/count"))).equal("200");
    expect((await root.stat("/series")).version).equal(201);
    const names: string[] = [];
    for await (const { name: file } of root.list("/")) names.push(file);
    expect(names).length(202);
    const seqs: number[] = [];
    for await (const { seq } of fs.log()) seqs.push(seq);
    expect(seqs).deep.equal(Array.from({ length: 602 }, (_, index) => index + 1));
  });

  it("each see the commits of all, in order and once", async () => {
    const name = newPondName();
    const tabs = await openTabs(name, 3);
    const watches = tabs.map(({ tab }) => tab.fs.watch());
    const seen = watches.map(async (watch) => {
      const seqs: number[] = [];
      for await (const { seq } of watch) if (seqs.push(seq) === 60) break;
      return seqs.join();
    });
    await Promise.all(tabs.map(({ tab }, n) => tab.writeFiles(`/${n}-`, 20)));

    const all = Array.from({ length: 60 }, (_, index) => index + 1).join();
    expect(await Promise.all(seen)).deep.equal([all, all, all]);
  });

  it("see a commit of one that died without telling", async () => {
    const name = newPondName();
    const [watching, writing] = (await openTabs(name, 2)) as [OpenTab, OpenTab];
    const watch = watching.tab.fs.watch();
    await watching.tab.root.writeFile("/known", "1");
    await watch.next();
    const next = watch.next();
    await watching.tab.root.exists("/a"); // by now it has looked, and waits
    writing.tab.silence();
    await writing.tab.root.writeFile("/a", "1");
    closeTab(writing);

    expect((await next).value).property("seq", 2);
  });

  it("tell each other which transaction holds a file, and free it when they end", async () => {
    const name = newPondName();
    const [here, there] = (await openTabs(name, 2)) as [OpenTab, OpenTab];
    const tx = await there.tab.fs.begin();
    await tx.root.asyncWriter("/a");

    const error = await rejects(here.tab.root.asyncWriter("/a"), "ALREADY_BEING_WRITTEN");
    const late = await rejects(
      here.tab.root.asyncWriter("/a", { wait: 10 }),
      "ALREADY_BEING_WRITTEN",
    );
    const waiting = here.tab.root.asyncWriter("/a", { wait: true });
    closeTab(there);

    expect(error).property("txId", tx.id);
    expect(late).property("txId", tx.id);
    expect(error.message).match(/by another tab in transaction/);
    await (await waiting).abort();
  });

  it("read the last commit of a file that another one writes, without waiting", async () => {
    const name = newPondName();
    const [here, there] = (await openTabs(name, 2)) as [OpenTab, OpenTab];
    await here.tab.root.writeFile("/a", "old");
    const snapshot = await here.tab.fs.snapshot();
    const writer = await there.tab.write("/a", 3 << 20);

    const { size } = await snapshot.root.stat("/a");
    const bytes = await here.tab.root.readFile("/a");

    expect(size).equal(3);
    expect(new TextDecoder().decode(bytes)).equal("old");
    await writer.abort();
  });

  it("sweep what one leaves that is closed in the middle of writing", async () => {
    const name = newPondName();
    const other = await openTab(name);
    await other.tab.write("/a", 3 << 20);
    expect(await listTemporaries(name)).length(1);
    closeTab(other);

    const persistence = await openPond({ name });

    await until(async () => (await locksOf(name)).length === 1);
    await until(async () => {
      await persistence.gc();
      return (await listTemporaries(name)).length === 0;
    });
  });
});
