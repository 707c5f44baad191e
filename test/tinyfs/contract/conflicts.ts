import { expect } from "chai";
import type { Transaction, WD } from "../../../src/tinyfs/index.ts";
import { fakeParquet, toText } from "./bytes.ts";
import type { Bed, OpenFileSystem } from "./file-system-bed.ts";
import { useFileSystem } from "./file-system-bed.ts";
import { rejects } from "./rejects.ts";

type Work = (root: WD) => Promise<unknown>;

/** Begins a transaction with `mine`, lets `theirs` commit first, and hands back the transaction. */
async function race({ fs, root }: Bed, mine: Work, theirs: Work): Promise<Transaction<WD>> {
  const tx = await fs.begin();
  await mine(tx.root);
  await theirs(root);
  return tx;
}

async function makeTree({ root }: Bed): Promise<void> {
  await root.createDir("/d/e", { recursive: true });
  await root.writeFile("/d/e/a", "one");
  await root.writeFile("/b", "two");
  await root.writeFile("/s", fakeParquet("1"), { entryType: "FileSeries" });
}

const append: Work = (root) => root.writeFile("/s", fakeParquet("2"), { append: true });

/** Which transactions conflict, and which do not. */
export function describeConflicts(open: OpenFileSystem): void {
  describe("a transaction conflicts", () => {
    const bed = useFileSystem(open);

    const conflict = async (mine: Work, theirs: Work) => {
      const one = await bed();
      await makeTree(one);
      await using tx = await race(one, mine, theirs);

      await rejects(tx.commit(), "CONFLICT");

      return one.root;
    };

    it("when both write one file", async () => {
      const root = await conflict(
        (wd) => wd.writeFile("/b", "mine"),
        (wd) => wd.writeFile("/b", "theirs"),
      );

      expect(toText(await root.readFile("/b"))).equal("theirs");
    });

    it("when both make one name", async () => {
      await conflict(
        (wd) => wd.writeFile("/new", "mine"),
        (wd) => wd.createDir("/new"),
      );
    });

    it("when both remove one file", async () => {
      await conflict(
        (wd) => wd.remove("/b"),
        (wd) => wd.remove("/b"),
      );
    });

    it("when it writes what was removed", async () => {
      await conflict(
        (wd) => wd.writeFile("/b", "mine"),
        (wd) => wd.remove("/b"),
      );
    });

    it("when it removes what was written", async () => {
      const root = await conflict(
        (wd) => wd.remove("/b"),
        (wd) => wd.writeFile("/b", "theirs"),
      );

      expect(toText(await root.readFile("/b"))).equal("theirs");
    });

    it("when both move one file", async () => {
      await conflict(
        (wd) => wd.rename("/b", "/x"),
        (wd) => wd.rename("/b", "/y"),
      );
    });

    it("when both move files to one name", async () => {
      await conflict(
        (wd) => wd.rename("/b", "/x"),
        (wd) => wd.rename("/s", "/x"),
      );
    });

    it("when it writes below a directory that was moved", async () => {
      await conflict(
        (wd) => wd.writeFile("/d/e/new", "mine"),
        (wd) => wd.rename("/d/e", "/e"),
      );
    });

    it("when it writes below a directory that was removed", async () => {
      await conflict(
        (wd) => wd.writeFile("/d/e/new", "mine"),
        (wd) => wd.remove("/d", { recursive: true }),
      );
    });

    it("when a directory far above was moved", async () => {
      const root = await conflict(
        (wd) => wd.writeFile("/d/e/a", "mine"),
        (wd) => wd.rename("/d", "/x"),
      );

      expect(toText(await root.readFile("/x/e/a"))).equal("one");
    });

    it("when it moves out of a directory that was moved", async () => {
      await conflict(
        (wd) => wd.rename("/d/e/a", "/a"),
        (wd) => wd.rename("/d", "/x"),
      );
    });

    it("when it moves into a directory that was removed", async () => {
      await conflict(
        (wd) => wd.rename("/b", "/d/e/b"),
        (wd) => wd.remove("/d", { recursive: true }),
      );
    });

    it("when it appends to a series below a directory that was moved", async () => {
      const one = await bed();
      await one.root.createDir("/d");
      await one.root.writeFile("/d/s", fakeParquet("1"), { entryType: "FileSeries" });
      await using tx = await race(
        one,
        (wd) => wd.writeFile("/d/s", fakeParquet("2"), { append: true }),
        (wd) => wd.rename("/d", "/e"),
      );

      await rejects(tx.commit(), "CONFLICT");
    });

    it("when each of two directories is moved into the other", async () => {
      const one = await bed();
      await one.root.createDir("/x");
      await one.root.createDir("/y");
      await using tx = await race(
        one,
        (wd) => wd.rename("/x", "/y/x"),
        (wd) => wd.rename("/y", "/x/y"),
      );

      await rejects(tx.commit(), "CONFLICT");

      expect((await one.root.glob("/**")).map(({ path }) => path)).deep.equal(["/x", "/x/y"]);
    });

    it("when it removes a directory below which a file was written", async () => {
      const root = await conflict(
        (wd) => wd.remove("/d", { recursive: true }),
        (wd) => wd.writeFile("/d/e/a", "theirs"),
      );

      expect(toText(await root.readFile("/d/e/a"))).equal("theirs");
    });

    it("when it removes a directory below which a file was made", async () => {
      await conflict(
        (wd) => wd.remove("/d", { recursive: true }),
        (wd) => wd.writeFile("/d/new", "theirs"),
      );
    });

    it("when it removes a directory below which a series was appended to", async () => {
      const one = await bed();
      await one.root.createDir("/d");
      await one.root.writeFile("/d/s", fakeParquet("1"), { entryType: "FileSeries" });
      await using tx = await race(
        one,
        (wd) => wd.remove("/d", { recursive: true }),
        (wd) => wd.writeFile("/d/s", fakeParquet("2"), { append: true }),
      );

      await rejects(tx.commit(), "CONFLICT");

      expect((await one.root.stat("/d/s")).version).equal(2);
    });

    it("when it removes a directory below which something was removed", async () => {
      await conflict(
        (wd) => wd.remove("/d", { recursive: true }),
        (wd) => wd.remove("/d/e/a"),
      );
    });

    it("when it removes a directory that another was moved into", async () => {
      await conflict(
        (wd) => wd.remove("/d", { recursive: true }),
        (wd) => wd.rename("/b", "/d/b"),
      );
    });

    it("when it replaces an empty directory that is no longer empty", async () => {
      const one = await bed();
      await one.root.createDir("/x");
      await one.root.createDir("/y");
      await using tx = await race(
        one,
        (wd) => wd.rename("/x", "/y", { replace: true }),
        (wd) => wd.writeFile("/y/a", "theirs"),
      );

      await rejects(tx.commit(), "CONFLICT");
    });

    it("when a name it has used for a while was taken", async () => {
      await conflict(
        async (wd) => {
          await wd.rename("/b", "/t");
          await wd.rename("/t", "/c");
        },
        (wd) => wd.writeFile("/t", "theirs"),
      );
    });

    it("when a file it has moved away and back was written", async () => {
      await conflict(
        async (wd) => {
          await wd.rename("/b", "/t");
          await wd.rename("/t", "/b");
        },
        (wd) => wd.writeFile("/b", "theirs"),
      );
    });

    it("when it appends to a series that was removed", async () => {
      await conflict(append, (wd) => wd.remove("/s"));
    });

    it("when it appends to a series that was moved", async () => {
      await conflict(append, (wd) => wd.rename("/s", "/t"));
    });

    it("when it appends to a series that was replaced", async () => {
      await conflict(append, (wd) => wd.writeFile("/s", fakeParquet("9")));
    });

    it("when it appends to a series whose old version was restored", async () => {
      const one = await bed();
      await makeTree(one);
      await append(one.root);
      await using tx = await race(one, append, (wd) => wd.restore("/s", 1));

      await rejects(tx.commit(), "CONFLICT");
    });

    it("when it removes a series that was appended to", async () => {
      await conflict((wd) => wd.remove("/s"), append);
    });

    it("when it moves a series that was appended to", async () => {
      await conflict((wd) => wd.rename("/s", "/t"), append);
    });

    it("when it replaces a series that was appended to", async () => {
      const root = await conflict((wd) => wd.writeFile("/s", fakeParquet("9")), append);

      expect((await root.stat("/s")).size).equal(24);
    });

    it("when it moves a series, appends, and another appends under the old name", async () => {
      await conflict(async (wd) => {
        await wd.rename("/s", "/t");
        await wd.writeFile("/t", fakeParquet("3"), { append: true });
      }, append);
    });

    it("when both bring back one file", async () => {
      const one = await bed();
      await makeTree(one);
      await one.root.remove("/b");
      await using tx = await race(
        one,
        (wd) => wd.restore("/b"),
        (wd) => wd.restore("/b"),
      );

      await rejects(tx.commit(), "CONFLICT");
    });

    it("and is over then", async () => {
      const one = await bed();
      await makeTree(one);
      const tx = await race(
        one,
        (wd) => wd.writeFile("/b", "mine"),
        (wd) => wd.writeFile("/b", "theirs"),
      );
      await rejects(tx.commit(), "CONFLICT");

      await rejects(tx.commit(), "TRANSACTION_CLOSED");
      await rejects(tx.root.readFile("/b"), "TRANSACTION_CLOSED");
    });

    it("and writes nothing then, also of what did not conflict", async () => {
      const root = await conflict(
        async (wd) => {
          await wd.writeFile("/other", "mine");
          await wd.writeFile("/b", "mine");
        },
        (wd) => wd.writeFile("/b", "theirs"),
      );

      expect(await root.exists("/other")).equal(false);
    });
  });

  describe("a transaction does not conflict", () => {
    const bed = useFileSystem(open);

    const agree = async (mine: Work, theirs: Work) => {
      const one = await bed();
      await makeTree(one);
      await using tx = await race(one, mine, theirs);

      await tx.commit();

      return one.root;
    };

    it("when others write other names of one directory", async () => {
      const root = await agree(
        (wd) => wd.writeFile("/d/e/mine", "mine"),
        (wd) => wd.writeFile("/d/e/theirs", "theirs"),
      );

      expect((await root.list("/d/e")).map(({ name }) => name)).deep.equal(["a", "mine", "theirs"]);
    });

    it("when it has only read what others write", async () => {
      const root = await agree(
        async (wd) => {
          await wd.readFile("/b");
          await wd.writeFile("/mine", "mine");
        },
        (wd) => wd.writeFile("/b", "theirs"),
      );

      expect(toText(await root.readFile("/b"))).equal("theirs");
    });

    it("when both append to one series", async () => {
      const root = await agree(append, append);

      expect((await root.versions("/s")).map(({ version }) => version)).deep.equal([3, 2, 1]);
      expect((await root.stat("/s")).size).equal(36);
    });

    it("when it moves a directory below which others write", async () => {
      const root = await agree(
        (wd) => wd.rename("/d", "/x"),
        (wd) => wd.writeFile("/d/e/a", "theirs"),
      );

      expect(toText(await root.readFile("/x/e/a"))).equal("theirs");
    });

    it("when others moved a directory away and back", async () => {
      const root = await agree(
        (wd) => wd.writeFile("/d/e/a", "mine"),
        async (wd) => {
          await wd.rename("/d", "/x");
          await wd.rename("/x", "/d");
        },
      );

      expect(toText(await root.readFile("/d/e/a"))).equal("mine");
    });

    it("when others only gave attributes to a directory above", async () => {
      const root = await agree(
        (wd) => wd.writeFile("/d/e/a", "mine"),
        (wd) => wd.setAttributes("/d", { unit: "K" }),
      );

      expect(toText(await root.readFile("/d/e/a"))).equal("mine");
    });

    it("when it takes a name that others have used for a while", async () => {
      const { fs, root } = await bed();
      await root.writeFile("/b", "two");
      await using tx = await fs.begin();
      await tx.root.writeFile("/t", "mine");
      await fs.transaction(async (theirs) => {
        await theirs.root.rename("/b", "/t");
        await theirs.root.rename("/t", "/c");
      });

      await tx.commit();

      expect((await root.list("/")).map(({ name }) => name)).deep.equal(["c", "t"]);
    });

    it("when nobody else has committed", async () => {
      const root = await agree(
        async (wd) => {
          await wd.remove("/d", { recursive: true });
          await wd.rename("/b", "/d");
          await append(wd);
        },
        async () => {},
      );

      expect((await root.list("/")).map(({ name }) => name)).deep.equal(["d", "s"]);
    });
  });

  describe("expectUnchanged()", () => {
    const bed = useFileSystem(open);

    it("conflicts when the path was written", async () => {
      const one = await bed();
      await makeTree(one);
      await using tx = await one.fs.begin();
      tx.expectUnchanged("/b");
      await tx.root.writeFile("/mine", "mine");
      await one.root.writeFile("/b", "theirs");

      await rejects(tx.commit(), "CONFLICT");
    });

    it("conflicts when a directory above the path was moved", async () => {
      const one = await bed();
      await makeTree(one);
      await using tx = await one.fs.begin();
      tx.expectUnchanged("/d/e/a");
      await tx.root.writeFile("/mine", "mine");
      await one.root.rename("/d", "/x");

      await rejects(tx.commit(), "CONFLICT");
    });

    it("conflicts when something that the glob finds came to be", async () => {
      const one = await bed();
      await makeTree(one);
      await using tx = await one.fs.begin();
      tx.expectUnchanged("/d/**/*.csv");
      await tx.root.writeFile("/mine", "mine");
      await one.root.writeFile("/d/e/new.csv", "theirs");

      await rejects(tx.commit(), "CONFLICT");
    });

    it("conflicts when the series was appended to", async () => {
      const one = await bed();
      await makeTree(one);
      await using tx = await one.fs.begin();
      tx.expectUnchanged("/s");
      await tx.root.writeFile("/mine", "mine");
      await append(one.root);

      await rejects(tx.commit(), "CONFLICT");
    });

    it("lets other changes be", async () => {
      const one = await bed();
      await makeTree(one);
      await using tx = await one.fs.begin();
      tx.expectUnchanged("/b");
      tx.expectUnchanged("/d/**/*.csv");
      await tx.root.writeFile("/mine", "mine");
      await one.root.writeFile("/d/e/a", "theirs");
      await append(one.root);

      await tx.commit();

      expect(await one.root.exists("/mine")).equal(true);
    });

    it("does not mind its own writes", async () => {
      const one = await bed();
      await makeTree(one);
      await using tx = await one.fs.begin();
      tx.expectUnchanged("/b");
      await tx.root.writeFile("/b", "mine");

      await tx.commit();

      expect(toText(await one.root.readFile("/b"))).equal("mine");
    });
  });
}
