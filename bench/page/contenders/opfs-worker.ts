import { createOPFS } from "opfs-worker";
import { because, type Contender, SERIES, type Store, TABLES } from "./contender.ts";
import { removeFolder } from "./remote.ts";

const FOLDER = "bench-opfs-worker";

/** opfs-worker with its dedicated worker. */
export const contender: Contender = {
  packages: ["opfs-worker"],
  how: "createOPFS with its dedicated worker; importFiles for many files, index() for a listing, importStream and readBlob for streams, descriptors for pieces.",
  durability: "a flush after every write",
  cannot: because("files only, no tables", ...TABLES, ...SERIES),
  open: async () => storeOf(),
  destroy: () => removeFolder(FOLDER),
};

function storeOf(): Store {
  const fs = createOPFS({ root: `/${FOLDER}` });
  return {
    writeMany: async (files) => {
      await fs.importFiles(files.map(({ name, bytes }) => [`/${name}`, bytes] as const));
    },
    writeOne: ({ name, bytes }) => fs.writeFile(`/${name}`, bytes),
    readOne: (name) => fs.readFile(`/${name}`, "binary"),
    list: async () => {
      const entries = [...(await fs.index())].filter(([, { isFile }]) => isFile);
      return entries.map(([path, { size }]) => ({ name: path.slice(1), size }));
    },
    streamIn: async (name, stream) => void (await fs.importStream(`/${name}`, stream)),
    streamOut: async (name) => (await fs.readBlob(`/${name}`)).stream(),
    async *readRanges(name, starts, length) {
      const file = await fs.open(`/${name}`);
      for (const start of starts) {
        const { buffer } = await fs.read(file, new Uint8Array(length), 0, length, start);
        yield buffer;
      }
      await fs.close(file);
    },
    writeWhole: (name, bytes) => fs.writeFile(`/${name}`, bytes),
    close: async () => fs.dispose(),
  };
}
