import { expect } from "chai";
import type { Entry } from "../../src/tinyfs/entry.ts";
import type { ListEntry } from "../../src/tinyfs/entry-info.ts";
import { type ListOptions, listDirectory } from "../../src/tinyfs/list-directory.ts";
import { ROOT_ID } from "../../src/tinyfs/node-id.ts";
import type { Page, Tree } from "../../src/tinyfs/tree.ts";
import { listPages } from "../../src/tinyfs/tree-pages.ts";

describe("listPages()", () => {
  it("asks for a page while the one before it is used", async () => {
    const { tree, pages } = treeOf(2500);
    const listing = listPages(tree, ROOT_ID);

    await listing.next();

    expect(pages.map(({ after }) => after)).deep.equal([undefined, nameOf(999)]);
  });

  it("asks for no more than are wanted", async () => {
    const { tree, pages } = treeOf(2500);

    const sizes = await lengthsOf(listPages(tree, ROOT_ID, "", { limit: 1200 }));

    expect(sizes).deep.equal([1000, 200]);
    expect(pages.map(({ limit }) => limit)).deep.equal([1000, 200]);
  });

  it("does not ask beyond the last name", async () => {
    const { tree, pages } = treeOf(1500);

    const sizes = await lengthsOf(listPages(tree, ROOT_ID));

    expect(sizes).deep.equal([1000, 500]);
    expect(pages).length(2);
  });

  it("gives no page of an empty directory", async () => {
    const { tree } = treeOf(0);

    expect(await lengthsOf(listPages(tree, ROOT_ID))).deep.equal([]);
  });

  it("tells of a page that cannot be read when its turn comes", async () => {
    const { tree } = treeOf(2500, 1);
    const listing = listPages(tree, ROOT_ID);

    const first = await listing.next();
    const second = await listing.next().catch((error: unknown) => error);

    expect(first.value).length(1000);
    expect(String(second)).contain("page 1 is damaged");
  });
});

describe("listDirectory()", () => {
  it("asks for no more entries than its limit", async () => {
    const { tree, pages } = treeOf(2500);

    const listed = await list(tree, { after: nameOf(9), limit: 10 });

    expect(listed.map(({ name }) => name)).deep.equal(
      Array.from({ length: 10 }, (_, index) => nameOf(index + 10)),
    );
    expect(pages).deep.equal([{ after: nameOf(9), limit: 10 }]);
  });
});

async function list(tree: Tree, options: ListOptions): Promise<ListEntry[]> {
  const listed: ListEntry[] = [];
  const directory = { dirId: ROOT_ID, path: "/" };
  for await (const lines of listDirectory(tree, directory, options)) listed.push(...lines);
  return listed;
}

async function lengthsOf(pages: AsyncIterable<readonly Entry[]>): Promise<number[]> {
  const lengths: number[] = [];
  for await (const page of pages) lengths.push(page.length);
  return lengths;
}

/** A tree of one directory that keeps count of the pages it is asked for. @param damaged which of them fails */
function treeOf(count: number, damaged?: number): { tree: Tree; pages: Page[] } {
  const pages: Page[] = [];
  const names = Array.from({ length: count }, (_, index) => nameOf(index));
  const entries = async (_: unknown, page: Page): Promise<readonly Entry[]> => {
    pages.push(page);
    if (pages.length - 1 === damaged) throw new Error(`page ${damaged} is damaged`);
    const { after, limit } = page;
    const found = names.filter((name) => after === undefined || name > after).slice(0, limit);
    return found.map((name) => ({ name, entryType: "FileData" }) as unknown as Entry);
  };
  return { tree: { entries } as unknown as Tree, pages };
}

function nameOf(index: number): string {
  return `f${String(index).padStart(5, "0")}`;
}
