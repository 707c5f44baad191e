import { expect } from "chai";
import { LARGE_FILE_THRESHOLD } from "../../../src/tinyfs/index.ts";
import { fakeParquet, sameBytes, someBytes, streamOf, toText, writeAll } from "./bytes.ts";
import type { OpenFileSystem } from "./file-system-bed.ts";
import { useFileSystem } from "./file-system-bed.ts";
import { failureOf, rejects } from "./rejects.ts";

/** Transactions: what they see, how they end, and how their functions are run. */
export function describeTransactions(open: OpenFileSystem): void {
  describe("begin()", () => {
    const bed = useFileSystem(open);

    it("begins at the newest commit", async () => {
      const { fs, root } = await bed();
      await root.writeFile("/a", "one");
      await root.writeFile("/a", "two");

      await using tx = await fs.begin();

      expect(tx.base).equal(2);
      expect(tx.id).match(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    });

    it("begins at 0 in an empty pond", async () => {
      const { fs } = await bed();

      await using tx = await fs.begin();

      expect(tx.base).equal(0);
    });

    it("gives every transaction its own id", async () => {
      const { fs } = await bed();

      await using one = await fs.begin();
      await using two = await fs.begin();

      expect(one.id).not.equal(two.id);
    });
  });

  describe("an open transaction", () => {
    const bed = useFileSystem(open);

    it("shows its writes to nobody else", async () => {
      const { fs, root } = await bed();
      await using tx = await fs.begin();
      await tx.root.writeFile("/a", "one");

      const exists = await root.exists("/a");

      expect(exists).equal(false);
    });

    it("reads the files it has written", async () => {
      const { fs, root } = await bed();
      await root.writeFile("/a", "one");
      await using tx = await fs.begin();
      await tx.root.writeFile("/a", "two");
      await tx.root.writeFile("/large", someBytes(LARGE_FILE_THRESHOLD));

      const [a, large] = await Promise.all([tx.root.readFile("/a"), tx.root.readFile("/large")]);

      expect(toText(a)).equal("two");
      expect(sameBytes(large, someBytes(LARGE_FILE_THRESHOLD))).equal(true);
    });

    it("tells its writes with the number 0", async () => {
      const { fs, root } = await bed();
      await root.writeFile("/b", "one");
      await root.writeFile("/s", fakeParquet("1"), { entryType: "FileSeries" });
      await using tx = await fs.begin();

      const results = [
        await tx.root.writeFile("/a", "one"),
        await tx.root.createDir("/d"),
        await tx.root.rename("/b", "/c"),
        await tx.root.copy("/c", "/e"),
        await tx.root.createSymlink("/l", "/a"),
        await tx.root.writeFile("/s", fakeParquet("2"), { append: true }),
        await tx.root.setAttributes("/a", {}),
      ];

      expect(results.map(({ txnSeq }) => txnSeq)).deep.equal([0, 0, 0, 0, 0, 0, 0]);
    });

    it("tells the version that an append will have, as seen from its base", async () => {
      const { fs, root } = await bed();
      await root.writeFile("/s", fakeParquet("1"), { entryType: "FileSeries" });
      await root.writeFile("/s", fakeParquet("2"), { append: true });
      await using tx = await fs.begin();

      const third = await tx.root.writeFile("/s", fakeParquet("3"), { append: true });
      const fourth = await tx.root.writeFile("/s", fakeParquet("4"), { append: true });

      expect([third.version, fourth.version]).deep.equal([3, 4]);
    });

    it("lists what it has written, moved and removed", async () => {
      const { fs, root } = await bed();
      await Promise.all(["a", "b", "c"].map((name) => root.writeFile(`/${name}`, name)));
      await using tx = await fs.begin();
      await tx.root.writeFile("/aa", "one");
      await tx.root.remove("/a");
      await tx.root.rename("/b", "/z");

      const listed = await tx.root.list("/");

      expect(listed.map(({ name }) => name)).deep.equal(["aa", "c", "z"]);
    });

    it("finds by glob what it has written, moved and removed", async () => {
      const { fs, root } = await bed();
      await root.createDir("/d/e", { recursive: true });
      await root.writeFile("/d/e/a", "one");
      await using tx = await fs.begin();
      await tx.root.rename("/d", "/f");
      await tx.root.writeFile("/f/e/b", "two");
      await tx.root.remove("/f/e/a");

      const found = await tx.root.glob("/**");

      expect(found.map(({ path }) => path)).deep.equal(["/f", "/f/e", "/f/e/b"]);
    });

    it("tells versions with the one it has made", async () => {
      const { fs, root } = await bed();
      await root.writeFile("/a", "one");
      await using tx = await fs.begin();
      await tx.root.writeFile("/a", "two");

      const versions = await tx.root.versions("/a");

      expect(versions.map(({ version, txnSeq }) => [version, txnSeq])).deep.equal([
        [2, 0],
        [1, 1],
      ]);
    });

    it("tells the versions of what it has moved", async () => {
      const { fs, root } = await bed();
      await root.writeFile("/a", "one");
      await root.writeFile("/a", "two");
      await using tx = await fs.begin();
      await tx.root.rename("/a", "/b");
      await tx.root.writeFile("/b", "three");

      const versions = await tx.root.versions("/b");

      expect(versions.map(({ version }) => version)).deep.equal([3, 2, 1]);
      expect(toText(await tx.root.readFile("/b", { version: 1 }))).equal("one");
    });

    it("does not see what others commit", async () => {
      const { fs, root } = await bed();
      await root.writeFile("/a", "one");
      await using tx = await fs.begin();
      await root.writeFile("/a", "two");
      await root.writeFile("/b", "three");

      const bytes = await tx.root.readFile("/a");

      expect(toText(bytes)).equal("one");
      expect(await tx.root.exists("/b")).equal(false);
    });

    it("works in a directory it has looked into many times", async () => {
      const { fs, root } = await bed();
      await root.createDir("/d");
      await Promise.all([1, 2, 3].map((name) => root.writeFile(`/d/${name}`, "old")));
      await using tx = await fs.begin();
      for (let name = 1; name <= 20; name += 1) await tx.root.writeFile(`/d/${name}`, "new");
      await tx.root.remove("/d/3");

      const listed = await tx.root.list("/d");

      expect(listed.length).equal(19);
      expect((await tx.root.stat("/d/2")).version).equal(2);
      expect((await tx.root.stat("/d/4")).version).equal(1);
    });

    it("takes calls side by side", async () => {
      const { fs, root } = await bed();
      const names = Array.from({ length: 50 }, (_, index) => `/f${index}`);
      await fs.transaction(async (tx) => {
        await Promise.all(names.map((name) => tx.root.writeFile(name, name)));
      });

      const listed = await root.list("/");

      expect(listed.length).equal(50);
    });

    it("replaces a directory by a new one of the same name", async () => {
      const { fs, root } = await bed();
      await root.createDir("/d");
      await root.writeFile("/d/old", "one");
      await fs.transaction(async (tx) => {
        await tx.root.remove("/d", { recursive: true });
        await tx.root.createDir("/d");
        await tx.root.writeFile("/d/new", "two");
      });

      const listed = await root.list("/d");

      expect(listed.map(({ name }) => name)).deep.equal(["new"]);
    });

    it("saves a file out of a directory that it removes", async () => {
      const { fs, root } = await bed();
      await root.createDir("/d");
      await root.writeFile("/d/a", "one");
      await root.writeFile("/d/b", "two");
      await fs.transaction(async (tx) => {
        await tx.root.rename("/d/a", "/a");
        await tx.root.remove("/d", { recursive: true });
      });

      const found = await root.glob("/**");

      expect(found.map(({ path }) => path)).deep.equal(["/a"]);
      expect((await root.versions("/a")).length).equal(1);
    });

    it("swaps two directories", async () => {
      const { fs, root } = await bed();
      await root.createDir("/x");
      await root.createDir("/y");
      await root.writeFile("/x/a", "one");
      await fs.transaction(async (tx) => {
        await tx.root.rename("/x", "/t");
        await tx.root.rename("/y", "/x");
        await tx.root.rename("/t", "/y");
      });

      const found = await root.glob("/**");

      expect(found.map(({ path }) => path)).deep.equal(["/x", "/y", "/y/a"]);
    });
  });

  describe("commit()", () => {
    const bed = useFileSystem(open);

    it("makes all writes visible under one number", async () => {
      const { fs, root } = await bed();
      await using tx = await fs.begin({ label: "both" });
      await tx.root.writeFile("/a", "one");
      await tx.root.writeFile("/b", "two");
      const info = await tx.commit();

      const versions = [...(await root.versions("/a")), ...(await root.versions("/b"))];

      expect(versions.map(({ txnSeq }) => txnSeq)).deep.equal([1, 1]);
      expect(info).deep.include({ seq: 1, id: tx.id, label: "both", kind: "user", changeCount: 2 });
    });

    it("gives nothing when nothing was written", async () => {
      const { fs, root } = await bed();
      await root.writeFile("/a", "one");
      await using tx = await fs.begin();
      await tx.root.readFile("/a");

      const info = await tx.commit();

      expect(info).equal(undefined);
      expect((await fs.snapshot()).seq).equal(1);
    });

    it("makes one version of a file that was written twice", async () => {
      const { fs, root } = await bed();
      await fs.transaction(async (tx) => {
        await tx.root.writeFile("/a", "one");
        await tx.root.writeFile("/a", "two");
      });

      const versions = await root.versions("/a");

      expect(versions.map(({ version }) => version)).deep.equal([1]);
      expect(toText(await root.readFile("/a"))).equal("two");
    });

    it("makes a version of each append", async () => {
      const { fs, root } = await bed();
      await fs.transaction(async (tx) => {
        await tx.root.writeFile("/s", fakeParquet("1"), { entryType: "FileSeries" });
        await tx.root.writeFile("/s", fakeParquet("2"), { append: true });
        await tx.root.writeFile("/s", fakeParquet("3"), { append: true });
      });

      const versions = await root.versions("/s");

      expect(versions.map(({ version, txnSeq }) => [version, txnSeq])).deep.equal([
        [3, 1],
        [2, 1],
        [1, 1],
      ]);
    });

    it("keeps no trace of what came and went", async () => {
      const { fs, root } = await bed();
      await fs.transaction(async (tx) => {
        await tx.root.writeFile("/a", "one");
        await tx.root.createDir("/t");
        await tx.root.writeFile("/t/b", "two");
        await tx.root.remove("/t", { recursive: true });
      });

      const found = await root.glob("/**");

      expect(found.map(({ path }) => path)).deep.equal(["/a"]);
      await rejects(root.versions("/t"), "NOT_FOUND");
    });

    it("leaves a file as it was that was moved away and back", async () => {
      const { fs, root } = await bed();
      await root.writeFile("/a", "one");
      await fs.transaction(async (tx) => {
        await tx.root.rename("/a", "/b");
        await tx.root.rename("/b", "/a");
      });

      const versions = await root.versions("/a");

      expect(versions.map(({ version, txnSeq }) => [version, txnSeq])).deep.equal([[1, 1]]);
    });

    it("includes a write that was under way, or refuses it", async () => {
      const { fs, root } = await bed();
      await using tx = await fs.begin();
      await tx.root.writeFile("/a", "one");
      const writing = tx.root.writeFile("/large", someBytes(LARGE_FILE_THRESHOLD)).then(
        () => true,
        () => false,
      );
      await tx.commit();

      const wasWritten = await writing;

      expect(await root.exists("/large")).equal(wasWritten);
    });

    it("includes a call whose work had begun", async () => {
      const { fs, root } = await bed();
      await root.createDir("/d");
      await root.writeFile("/d/a", "one");
      await using tx = await fs.begin();
      const copying = tx.root.copy("/d", "/e").then(
        () => true,
        () => false,
      );
      await Promise.resolve();
      await tx.commit();

      const wasCopied = await copying;

      expect(await root.exists("/e/a")).equal(wasCopied);
    });

    it("is refused the second time", async () => {
      const { fs } = await bed();
      await using tx = await fs.begin();
      await tx.root.writeFile("/a", "one");
      await tx.commit();

      const error = await rejects(tx.commit(), "TRANSACTION_CLOSED");

      expect(error).property("txId", tx.id);
    });

    it("ends the transaction for readers and writers", async () => {
      const { fs } = await bed();
      await using tx = await fs.begin();
      await tx.root.writeFile("/a", "one");
      await tx.commit();

      await rejects(tx.root.readFile("/a"), "TRANSACTION_CLOSED");
      await rejects(tx.root.writeFile("/b", "two"), "TRANSACTION_CLOSED");
      await rejects(tx.root.list("/"), "TRANSACTION_CLOSED");
      await rejects(tx.root.asyncWriter("/a"), "TRANSACTION_CLOSED");
    });
  });

  describe("rollback()", () => {
    const bed = useFileSystem(open);

    it("drops all writes", async () => {
      const { fs, root } = await bed();
      await root.writeFile("/a", "one");
      await using tx = await fs.begin();
      await tx.root.writeFile("/a", "two");
      await tx.root.writeFile("/large", someBytes(2 * LARGE_FILE_THRESHOLD));
      await tx.rollback();

      const found = await root.glob("/**");

      expect(found.map(({ path }) => path)).deep.equal(["/a"]);
      expect(toText(await root.readFile("/a"))).equal("one");
    });

    it("ends the transaction", async () => {
      const { fs } = await bed();
      await using tx = await fs.begin();
      await tx.rollback();

      await rejects(tx.root.readFile("/a"), "TRANSACTION_CLOSED");
      await rejects(tx.commit(), "TRANSACTION_CLOSED");
    });

    it("does nothing the second time, or after a commit", async () => {
      const { fs, root } = await bed();
      await using tx = await fs.begin();
      await tx.root.writeFile("/a", "one");
      await tx.commit();
      await tx.rollback();
      await tx.rollback();

      const exists = await root.exists("/a");

      expect(exists).equal(true);
    });

    it("is what leaving without a commit does", async () => {
      const { fs, root } = await bed();
      {
        await using tx = await fs.begin();
        await tx.root.writeFile("/a", "one");
      }

      const exists = await root.exists("/a");

      expect(exists).equal(false);
    });

    it("does not take away bytes that another file shares", async () => {
      const { fs, root } = await bed();
      const bytes = someBytes(2 * LARGE_FILE_THRESHOLD);
      await root.writeFile("/a", bytes);
      await using tx = await fs.begin();
      await tx.root.writeFile("/b", bytes);
      await tx.rollback();

      const read = await root.readFile("/a");

      expect(sameBytes(read, bytes)).equal(true);
    });
  });

  describe("a transaction whose write failed", () => {
    const bed = useFileSystem(open);

    it("is poisoned when the stream it read from broke", async () => {
      const { fs, root } = await bed();
      await using tx = await fs.begin();
      await tx.root.writeFile("/a", "one");
      const failure = new Error("source broke");
      await failureOf(tx.root.writeFile("/b", streamOf([someBytes(10)], failure).stream));

      const error = await rejects(tx.commit(), "TRANSACTION_POISONED");

      expect(error.cause).equal(failure);
      expect(await root.exists("/a")).equal(false);
    });

    it("is poisoned when a writer fails to close", async () => {
      const { fs } = await bed();
      await using tx = await fs.begin();
      const stream = await tx.root.asyncWriter("/t", { entryType: "FileTable" });
      await rejects(writeAll(stream, [someBytes(50)]), "NOT_PARQUET");

      await rejects(tx.root.writeFile("/a", "one"), "TRANSACTION_POISONED");
      await rejects(tx.root.readFile("/a"), "TRANSACTION_POISONED");
      await rejects(tx.commit(), "TRANSACTION_POISONED");
    });

    it("can be rolled back", async () => {
      const { fs, root } = await bed();
      await using tx = await fs.begin();
      const stream = await tx.root.asyncWriter("/t", { entryType: "FileTable" });
      await rejects(writeAll(stream, [someBytes(50)]), "NOT_PARQUET");
      await tx.rollback();

      const { version } = await root.writeFile("/t", "one");

      expect(version).equal(1);
    });

    it("goes on when a writer was aborted", async () => {
      const { fs, root } = await bed();
      await using tx = await fs.begin();
      const stream = await tx.root.asyncWriter("/a");
      await stream.abort();
      await tx.root.writeFile("/b", "one");
      await tx.commit();

      const found = await root.glob("/**");

      expect(found.map(({ path }) => path)).deep.equal(["/b"]);
    });

    it("goes on when a write was refused before it began", async () => {
      const { fs, root } = await bed();
      await root.writeFile("/a", "one");
      await using tx = await fs.begin();
      await rejects(tx.root.writeFile("/a", "two", { create: "new" }), "ALREADY_EXISTS");
      await rejects(tx.root.rename("/missing", "/b"), "NOT_FOUND");
      await tx.root.writeFile("/b", "three");

      const info = await tx.commit();

      expect(info?.changeCount).equal(1);
    });

    it("is not run again", async () => {
      const { fs } = await bed();
      let runs = 0;

      await rejects(
        fs.transaction(async (tx) => {
          runs += 1;
          const { stream } = streamOf([], new Error("source broke"));
          await failureOf(tx.root.writeFile("/a", stream));
        }),
        "TRANSACTION_POISONED",
      );

      expect(runs).equal(1);
    });
  });

  describe("transaction()", () => {
    const bed = useFileSystem(open);

    it("commits and gives what its function returns", async () => {
      const { fs, root } = await bed();

      const result = await fs.transaction(async (tx) => {
        await tx.root.writeFile("/a", "one");
        return 7;
      });

      expect(result).equal(7);
      expect(await root.exists("/a")).equal(true);
    });

    it("rolls back and throws what its function throws", async () => {
      const { fs, root } = await bed();
      const failure = new Error("no");

      const error = await failureOf(
        fs.transaction(async (tx) => {
          await tx.root.writeFile("/a", "one");
          throw failure;
        }),
      );

      expect(error).equal(failure);
      expect(await root.exists("/a")).equal(false);
    });

    it("runs its function again on a newer base after a conflict", async () => {
      const { fs, root } = await bed();
      await root.writeFile("/n", "0");
      let runs = 0;

      await fs.transaction(async (tx) => {
        runs += 1;
        const n = Number(toText(await tx.root.readFile("/n")));
        if (runs === 1) await root.writeFile("/n", "10");
        await tx.root.writeFile("/n", String(n + 1));
      });

      expect(runs).equal(2);
      expect(toText(await root.readFile("/n"))).equal("11");
    });

    it("loses no count among several that add to it", async () => {
      const { fs, root } = await bed();
      await root.writeFile("/n", "0");
      const addOne = () =>
        fs.transaction(
          async (tx) => {
            const n = Number(toText(await tx.root.readFile("/n")));
            await tx.root.writeFile("/n", String(n + 1));
          },
          { retries: 100 },
        );

      await Promise.all(Array.from({ length: 8 }, addOne));

      expect(toText(await root.readFile("/n"))).equal("8");
    });

    it("runs its function again when a file was busy", async () => {
      const { fs, root } = await bed();
      await root.writeFile("/a", "one");
      const stream = await root.asyncWriter("/a");
      let runs = 0;

      await fs.transaction(async (tx) => {
        runs += 1;
        if (runs === 2) await stream.abort();
        await tx.root.writeFile("/a", "two");
      });

      expect(runs).equal(2);
      expect(toText(await root.readFile("/a"))).equal("two");
    });

    it("gives up after so many retries", async () => {
      const { fs, root } = await bed();
      let runs = 0;

      await rejects(
        fs.transaction(
          async (tx) => {
            runs += 1;
            await tx.root.writeFile("/a", "one");
            await root.writeFile("/a", "two");
          },
          { retries: 2 },
        ),
        "CONFLICT",
      );

      expect(runs).equal(3);
    });

    it("does not run again a function that has read a stream", async () => {
      const { fs, root } = await bed();
      const { stream } = streamOf([someBytes(10)]);
      let runs = 0;

      const error = await rejects(
        fs.transaction(async (tx) => {
          runs += 1;
          await tx.root.writeFile("/a", stream);
          await root.writeFile("/a", "two");
        }),
        "CONFLICT",
      );

      expect(runs).equal(1);
      expect(error.message).match(/stream/);
    });

    it("runs again a function that has read a large Blob", async () => {
      const { fs, root } = await bed();
      const blob = new Blob([someBytes(3 * 1024 * 1024)]);
      let runs = 0;

      await fs.transaction(async (tx) => {
        runs += 1;
        await tx.root.writeFile("/a", blob);
        if (runs === 1) await root.writeFile("/a", "two");
      });

      expect(runs).equal(2);
      expect((await root.stat("/a")).size).equal(blob.size);
    });

    it("does not run again a function that is in its own way", async () => {
      const { fs } = await bed();
      let runs = 0;

      await rejects(
        fs.transaction(async (tx) => {
          runs += 1;
          await tx.root.asyncWriter("/a");
          await tx.root.readFile("/a");
        }),
        "BEING_WRITTEN",
      );

      expect(runs).equal(1);
    });

    it("frees the files of a function that throws with a writer open", async () => {
      const { fs, root } = await bed();
      await failureOf(
        fs.transaction(async (tx) => {
          await tx.root.asyncWriter("/a");
          throw new Error("no");
        }),
      );

      const { version } = await root.writeFile("/a", "one");

      expect(version).equal(1);
    });

    it("does not run when its signal is aborted", async () => {
      const { fs } = await bed();
      const reason = new Error("enough");
      let runs = 0;
      const work = () => {
        runs += 1;
      };

      const error = await failureOf(fs.transaction(work, { signal: AbortSignal.abort(reason) }));

      expect(error).equal(reason);
      expect(runs).equal(0);
    });

    it("does not commit when its signal was aborted meanwhile", async () => {
      const { fs, root } = await bed();
      const abort = new AbortController();
      const reason = new Error("enough");

      const error = await failureOf(
        fs.transaction(
          async (tx) => {
            await tx.root.writeFile("/a", "one");
            abort.abort(reason);
          },
          { signal: abort.signal },
        ),
      );

      expect(error).equal(reason);
      expect(await root.exists("/a")).equal(false);
    });
  });

  describe("calls that commit by themselves", () => {
    const bed = useFileSystem(open);

    it("all get through side by side, with consecutive numbers", async () => {
      const { root } = await bed();

      const results = await Promise.all(
        Array.from({ length: 20 }, (_, index) => root.writeFile(`/${index}`, "one")),
      );

      const numbers = results.map(({ txnSeq }) => txnSeq).sort((a, b) => a - b);
      expect(numbers).deep.equal(Array.from({ length: 20 }, (_, index) => index + 1));
    });

    it("all get through on one file: the last one wins", async () => {
      const { root } = await bed();

      const results = await Promise.all(
        Array.from({ length: 10 }, (_, index) => root.writeFile("/a", `${index}`)),
      );

      const versions = results.map(({ version }) => version).sort((a, b) => a - b);
      expect(versions).deep.equal([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
      const winner = results.findIndex(({ version }) => version === 10);
      expect(toText(await root.readFile("/a"))).equal(`${winner}`);
    });

    it("tell the version and the number that the commit has given", async () => {
      const { root } = await bed();
      await root.writeFile("/s", fakeParquet("0"), { entryType: "FileSeries" });

      const results = await Promise.all(
        [1, 2, 3, 4, 5].map((n) => root.writeFile("/s", fakeParquet(`${n}`), { append: true })),
      );

      const versions = (await root.versions("/s")).reverse().slice(1);
      const told = results.map(({ version, txnSeq, sha256 }) => ({ version, txnSeq, sha256 }));
      expect(told.sort((a, b) => a.version - b.version)).deep.equal(
        versions.map(({ version, txnSeq, sha256 }) => ({ version, txnSeq, sha256 })),
      );
    });

    it("let one maker of a new file through", async () => {
      const { root } = await bed();

      const results = await Promise.allSettled(
        [1, 2, 3, 4].map((n) => root.writeFile("/a", `${n}`, { create: "new" })),
      );

      expect(results.filter(({ status }) => status === "fulfilled").length).equal(1);
    });
  });
}
