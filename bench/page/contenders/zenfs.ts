import { configure, promises, umount } from "@zenfs/core";
import { IndexedDB, WebAccess } from "@zenfs/dom";
import { because, type Contender, SERIES, type Store, TABLES } from "./contender.ts";
import { clearDatabase, removeFolder } from "./remote.ts";

const NAME = "bench-zenfs";
const MOUNT = "/bench";

/** ZenFS over IndexedDB. */
export const zenfsIndexedDb: Contender = {
  ...common("IndexedDB: one record for a file's bytes"),
  open: async () => {
    await configure({ mounts: { [MOUNT]: { backend: IndexedDB, storeName: NAME } } });
    return storeOf();
  },
  // An unmounted file system still holds its connection: the database cannot be deleted.
  destroy: () => clearDatabase(NAME),
};

/** ZenFS over the origin private file system. */
export const zenfsOpfs: Contender = {
  ...common("WebAccess with a folder of the origin private file system: createWritable"),
  open: async () => {
    const root = await navigator.storage.getDirectory();
    const handle = await root.getDirectoryHandle(NAME, { create: true });
    await configure({ mounts: { [MOUNT]: { backend: WebAccess, handle } } });
    return storeOf();
  },
  destroy: () => removeFolder(NAME),
};

function common(backend: string) {
  return {
    packages: ["@zenfs/core", "@zenfs/dom"],
    how: `The promises API of node:fs; many files by Promise.all, streams by a file handle. Backend ${backend}.`,
    durability: "not documented",
    cannot: because("files only, no tables", ...TABLES, ...SERIES),
  };
}

function storeOf(): Store {
  const write = ({ name, bytes }: { readonly name: string; readonly bytes: Uint8Array }) =>
    promises.writeFile(`${MOUNT}/${name}`, bytes);
  return {
    writeMany: async (files) => void (await Promise.all(files.map(write))),
    writeOne: write,
    readOne: (name) => promises.readFile(`${MOUNT}/${name}`),
    list: async () => {
      const names = await promises.readdir(MOUNT);
      return Promise.all(
        names.map(async (name) => {
          const { size } = await promises.stat(`${MOUNT}/${name}`);
          return { name, size: Number(size) };
        }),
      );
    },
    streamIn: async (name, stream) => {
      const file = await promises.open(`${MOUNT}/${name}`, "w");
      for await (const chunk of stream) await file.write(chunk);
      await file.close();
    },
    streamOut: async (name) => {
      const file = await promises.open(`${MOUNT}/${name}`, "r");
      return file.readableWebStream() as unknown as ReadableStream<Uint8Array>;
    },
    async *readRanges(name, starts, length) {
      const file = await promises.open(`${MOUNT}/${name}`, "r");
      for (const start of starts) {
        const { buffer } = await file.read(new Uint8Array(length), 0, length, start);
        yield buffer;
      }
      await file.close();
    },
    writeWhole: (name, bytes) => write({ name, bytes }),
    close: async () => umount(MOUNT),
  };
}
