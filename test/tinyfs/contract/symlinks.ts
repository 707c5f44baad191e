import { expect } from "chai";
import type { WD } from "../../../src/tinyfs/index.ts";
import { sha256Of, toText } from "./bytes.ts";
import type { OpenFileSystem } from "./file-system-bed.ts";
import { useFileSystem } from "./file-system-bed.ts";
import { rejects, rejectsType } from "./rejects.ts";

async function chainOfLinks(root: WD, count: number): Promise<void> {
  await root.writeFile("/0", "one");
  for (let link = 1; link <= count; link += 1) await root.createSymlink(`/${link}`, `${link - 1}`);
}

/** Symbolic links. */
export function describeSymlinks(open: OpenFileSystem): void {
  describe("createSymlink()", () => {
    const bed = useFileSystem(open);

    it("makes a link that readLink() tells", async () => {
      const { root } = await bed();
      const bytes = new TextEncoder().encode("../a/é") as Uint8Array<ArrayBuffer>;

      const { size, sha256, version } = await root.createSymlink("/link", "../a/é");

      expect(await root.readLink("/link")).equal("../a/é");
      expect({ size, sha256, version }).deep.equal({
        size: bytes.length,
        sha256: await sha256Of(bytes),
        version: 1,
      });
    });

    it("refuses a name that is taken, also by a link that leads nowhere", async () => {
      const { root } = await bed();
      await root.writeFile("/a", "one");
      await root.createSymlink("/link", "/missing");

      await rejects(root.createSymlink("/a", "/b"), "ALREADY_EXISTS");
      await rejects(root.createSymlink("/link", "/b"), "ALREADY_EXISTS");
    });

    it("refuses a target that is no path", async () => {
      const { root } = await bed();

      await rejects(root.createSymlink("/link", "a\0b"), "INVALID_PATH");
      await rejectsType(root.createSymlink("/link", 5 as unknown as string));
    });
  });

  describe("readLink()", () => {
    const bed = useFileSystem(open);

    it("refuses what is no link", async () => {
      const { root } = await bed();
      await root.writeFile("/a", "one");
      await root.createDir("/d");

      await rejects(root.readLink("/a"), "WRONG_ENTRY_TYPE");
      await rejects(root.readLink("/d"), "WRONG_ENTRY_TYPE");
      await rejects(root.readLink("/b"), "NOT_FOUND");
    });
  });

  describe("links", () => {
    const bed = useFileSystem(open);

    it("are followed by readers", async () => {
      const { root } = await bed();
      await root.writeFile("/a", "one");
      await root.createSymlink("/link", "/a");

      const bytes = await root.readFile("/link");

      expect(toText(bytes)).equal("one");
    });

    it("are followed from the directory they stand in", async () => {
      const { root } = await bed();
      await root.createDir("/a/b", { recursive: true });
      await root.writeFile("/a/c", "one");
      await root.createSymlink("/a/b/link", "../c");

      const bytes = await root.readFile("/a/b/link");

      expect(toText(bytes)).equal("one");
    });

    it("are followed on the way", async () => {
      const { root } = await bed();
      await root.createDir("/a");
      await root.writeFile("/a/b", "one");
      await root.createSymlink("/link", "/a");

      const bytes = await root.readFile("/link/b");

      expect(toText(bytes)).equal("one");
    });

    it("go up from where they lead", async () => {
      const { root } = await bed();
      await root.createDir("/a/b", { recursive: true });
      await root.writeFile("/a/c", "one");
      await root.createSymlink("/link", "/a/b");

      const bytes = await root.readFile("/link/../c");

      expect(toText(bytes)).equal("one");
    });

    it("are followed by stat(), which tells the path they lead to", async () => {
      const { root } = await bed();
      await root.createDir("/a");
      await root.writeFile("/a/b", "one");
      await root.createSymlink("/link", "/a");

      const stat = await root.stat("/link/b");

      expect(stat.entryType).equal("FileData");
      expect(stat.path).equal("/a/b");
    });

    it("are followed by writers", async () => {
      const { root } = await bed();
      await root.writeFile("/a", "one");
      await root.createSymlink("/link", "/a");
      await root.writeFile("/link", "two");

      const bytes = await root.readFile("/a");

      expect(toText(bytes)).equal("two");
      expect(await root.readLink("/link")).equal("/a");
    });

    it("that lead nowhere make a file where they lead when written through", async () => {
      const { root } = await bed();
      await root.createDir("/a");
      await root.createSymlink("/link", "/a/b");
      await root.writeFile("/link", "one");

      const bytes = await root.readFile("/a/b");

      expect(toText(bytes)).equal("one");
    });

    it("that lead nowhere are not found", async () => {
      const { root } = await bed();
      await root.createSymlink("/link", "/missing");

      await rejects(root.readFile("/link"), "NOT_FOUND");
      expect(await root.exists("/link")).equal(false);
    });

    it("stay at the root when they lead above it", async () => {
      const { root } = await bed();
      await root.writeFile("/a", "one");
      await root.createSymlink("/link", "../../../a");

      const bytes = await root.readFile("/link");

      expect(toText(bytes)).equal("one");
    });

    it("may lead to the root", async () => {
      const { root } = await bed();
      await root.writeFile("/a", "one");
      await root.createSymlink("/link", "/");

      const bytes = await root.readFile("/link/link/a");

      expect(toText(bytes)).equal("one");
    });

    it("are removed themselves, and not what they lead to", async () => {
      const { root } = await bed();
      await root.createDir("/a");
      await root.writeFile("/a/b", "one");
      await root.createSymlink("/link", "/a");
      await root.remove("/link", { recursive: true });

      const bytes = await root.readFile("/a/b");

      expect(toText(bytes)).equal("one");
    });

    it("are moved themselves", async () => {
      const { root } = await bed();
      await root.writeFile("/a", "one");
      await root.createSymlink("/link", "/a");
      await root.rename("/link", "/other");

      const target = await root.readLink("/other");

      expect(target).equal("/a");
      expect(await root.exists("/a")).equal(true);
    });

    it("resolve ten times", async () => {
      const { root } = await bed();
      await chainOfLinks(root, 10);

      const bytes = await root.readFile("/10");

      expect(toText(bytes)).equal("one");
    });

    it("do not resolve eleven times", async () => {
      const { root } = await bed();
      await chainOfLinks(root, 11);

      const error = await rejects(root.readFile("/11"), "SYMLINK_LOOP");

      expect(error.path).equal("/11");
    });

    it("that lead to themselves are a loop", async () => {
      const { root } = await bed();
      await root.createSymlink("/link", "/link");

      await rejects(root.readFile("/link"), "SYMLINK_LOOP");
      await rejects(root.exists("/link"), "SYMLINK_LOOP");
      await rejects(root.writeFile("/link/a", "one"), "SYMLINK_LOOP");
    });

    it("that lead through a file lead nowhere", async () => {
      const { root } = await bed();
      await root.writeFile("/a", "one");
      await root.createSymlink("/link", "/a/b");

      await rejects(root.readFile("/link"), "NOT_A_DIRECTORY");
    });
  });
}
