import { expect } from "chai";
import type { WD } from "../../../src/tinyfs/index.ts";
import { fakeParquet, toText } from "./bytes.ts";
import type { OpenFileSystem } from "./file-system-bed.ts";
import { useFileSystem } from "./file-system-bed.ts";
import { failureOf, rejects } from "./rejects.ts";

const upTo = (count: number) => Array.from({ length: count }, (_, index) => index + 1);
const ascending = (numbers: readonly number[]) => [...numbers].sort((a, b) => a - b);

const writeZeros = (root: WD, path: string, length: number) =>
  root.writeFile(path, length % 2 === 0 ? new Uint8Array(length) : new Blob(["0".repeat(length)]));

/** Many calls at once, none of which waits for another. */
export function describeGroups(open: OpenFileSystem): void {
  describe("calls made at once", () => {
    const bed = useFileSystem(open);

    it("each have a commit of their own when they write different names", async () => {
      const { root } = await bed();

      const results = await Promise.all(upTo(50).map((n) => root.writeFile(`/${n}`, `${n}`)));

      expect(ascending(results.map(({ txnSeq }) => txnSeq))).deep.equal(upTo(50));
      expect(await root.list("/")).length(50);
      expect(toText(await root.readFile("/33"))).equal("33");
    });

    it("each make a version when they write one name, and the last one wins", async () => {
      const { root } = await bed();

      const results = await Promise.all(upTo(50).map((n) => root.writeFile("/a", `${n}`)));

      expect(ascending(results.map(({ version }) => version))).deep.equal(upTo(50));
      expect((await root.versions("/a")).map(({ version }) => version)).deep.equal(
        upTo(50).reverse(),
      );
      const last = results.findIndex(({ version }) => version === 50);
      expect(toText(await root.readFile("/a"))).equal(`${last + 1}`);
    });

    it("write one name in the order in which they were made", async () => {
      const { root } = await bed();
      await root.writeFile("/a", "0");

      const results = await Promise.all(upTo(20).map((n) => root.writeFile("/a", `${n}`)));

      expect(results.map(({ version }) => version)).deep.equal(upTo(20).map((n) => n + 1));
    });

    it("write one name in the order in which they were made, however long the bytes are", async () => {
      const { root } = await bed();
      const lengths = [6_000_000, 70_000, 60_000, 5_000_000, 3, 100_000, 1];

      const results = await Promise.all(lengths.map((length) => writeZeros(root, "/a", length)));

      expect(results.map(({ version }) => version)).deep.equal(upTo(lengths.length));
      expect((await root.stat("/a")).size).equal(1);
    });

    it("go on where one before them has failed", async () => {
      const { root } = await bed();
      await root.writeFile("/a", "old");

      const results = await Promise.allSettled([
        root.writeFile("/a", new Uint8Array(100_000), { ifVersion: 7 }),
        root.writeFile("/a", "new"),
      ]);

      expect(results.map(({ status }) => status)).deep.equal(["rejected", "fulfilled"]);
      expect(toText(await root.readFile("/a"))).equal("new");
    });

    it("let only one of many win that ask for the same version", async () => {
      const { root } = await bed();

      const results = await Promise.allSettled(
        upTo(20).map((n) => root.writeFile("/a", `${n}`, { ifVersion: 0 })),
      );

      const refused = results.filter(({ status }) => status === "rejected");
      expect(refused).length(19);
      for (const one of refused) {
        expect((one as PromiseRejectedResult).reason).include({ code: "CONFLICT" });
      }
      expect((await root.stat("/a")).version).equal(1);
    });

    it("count up one number by ifVersion, and lose none", async () => {
      const { root } = await bed();
      await root.writeFile("/n", "0");
      const increment = async (): Promise<void> => {
        for (;;) {
          const { version } = await root.stat("/n");
          const next = `${Number(toText(await root.readFile("/n", { version }))) + 1}`;
          const failure = await root.writeFile("/n", next, { ifVersion: version }).then(
            () => undefined,
            (error: unknown) => error,
          );
          if (!failure) return;
          expect(failure).include({ code: "CONFLICT" });
        }
      };

      await Promise.all(upTo(8).map(increment));

      expect(toText(await root.readFile("/n"))).equal("8");
    });

    it("give appends to one series consecutive ordinals and right totals", async () => {
      const { root } = await bed();
      await root.writeFile("/s", fakeParquet("0"), { entryType: "FileSeries" });

      const results = await Promise.all(
        upTo(30).map((n) => root.writeFile("/s", fakeParquet(`${n % 10}`), { append: true })),
      );

      expect(ascending(results.map(({ version }) => version))).deep.equal(
        upTo(30).map((n) => n + 1),
      );
      expect(await root.stat("/s")).include({ version: 31, size: 31 * 12 });
    });

    it("leave a whole tree when they write below a directory and remove it", async () => {
      const { root } = await bed();
      await root.createDir("/d");
      await root.writeFile("/d/first", "1");

      const results = await Promise.allSettled([
        ...upTo(5).map((n) => root.writeFile(`/d/${n}`, `${n}`)),
        root.remove("/d", { recursive: true }),
        ...upTo(5).map((n) => root.writeFile(`/d/late${n}`, `${n}`)),
      ]);

      const codes = results.flatMap((one) => (one.status === "rejected" ? one.reason.code : []));
      expect(codes.filter((code) => code !== "NOT_FOUND")).deep.equal([]);
      expect(await root.exists("/d")).equal(false);
      expect(await root.list("/")).deep.equal([]);
    });

    it("move and write names of one directory, and end as in some order", async () => {
      const { root } = await bed();
      await root.writeFile("/a", "a");

      const results = await Promise.allSettled([
        root.rename("/a", "/b"),
        root.writeFile("/a", "new"),
        root.rename("/a", "/c"),
      ]);

      const names = (await root.list("/")).map(({ name }) => name);
      const moved = results.filter(({ status }) => status === "fulfilled").length;
      expect(moved).at.least(2);
      expect(names.length).at.least(1);
      for (const name of names) expect(await root.readFile(`/${name}`)).not.length(0);
    });
  });

  describe("calls made at once in a transaction", () => {
    const bed = useFileSystem(open);

    it("write one name in the order in which they were made, however long the bytes are", async () => {
      const { fs, root } = await bed();

      await fs.transaction(async (tx) => {
        await Promise.all(
          [5_000_000, 70_000, 3].map((length) => writeZeros(tx.root, "/a", length)),
        );
      });

      expect((await root.stat("/a")).size).equal(3);
    });
  });

  describe("transactions committed at once", () => {
    const bed = useFileSystem(open);

    it("all succeed when they have nothing in common", async () => {
      const { fs, root } = await bed();
      const transactions = await Promise.all(upTo(10).map(() => fs.begin()));
      for (const [n, tx] of transactions.entries()) await tx.root.writeFile(`/${n}`, "text");

      const infos = await Promise.all(transactions.map((tx) => tx.commit()));

      expect(ascending(infos.map((info) => info?.seq ?? 0))).deep.equal(upTo(10));
      expect(await root.list("/")).length(10);
    });

    it("are each judged against those before them", async () => {
      const { fs, root } = await bed();
      const [one, two, three] = await Promise.all([fs.begin(), fs.begin(), fs.begin()]);
      await one.root.writeFile("/a", "one");
      await two.root.writeFile("/a", "two");
      await two.root.writeFile("/b", "two");
      await three.root.writeFile("/c", "three");

      const commits = [one.commit(), two.commit(), three.commit()];

      expect(await failureOf(commits[1]!)).include({ code: "CONFLICT" });
      await Promise.all([commits[0], commits[2]]);
      expect((await root.list("/")).map(({ name }) => name)).deep.equal(["a", "c"]);
    });

    it("conflict when each has expected unchanged what the other writes", async () => {
      const { fs, root } = await bed();
      await root.writeFile("/x", "0");
      await root.writeFile("/y", "0");
      const [one, two] = await Promise.all([fs.begin(), fs.begin()]);
      one.expectUnchanged("/x");
      two.expectUnchanged("/y");
      await one.root.writeFile("/y", "1");
      await two.root.writeFile("/x", "1");

      const [first, second] = [one.commit(), two.commit()];

      await first;
      await rejects(second, "CONFLICT");
    });
  });

  describe("transaction() run at once", () => {
    const bed = useFileSystem(open);

    it("runs again until each has counted up one number", async () => {
      const { fs, root } = await bed();
      await root.writeFile("/n", "0");

      await Promise.all(
        upTo(5).map(() =>
          fs.transaction(
            async (tx) => {
              const n = Number(toText(await tx.root.readFile("/n")));
              await tx.root.writeFile("/n", `${n + 1}`);
            },
            { retries: 50 },
          ),
        ),
      );

      expect(toText(await root.readFile("/n"))).equal("5");
    });
  });
}
