import FS from "@isomorphic-git/lightning-fs";
import { because, type Contender, SERIES, STREAMS, TABLES } from "./contender.ts";
import { removeDatabase } from "./remote.ts";

const NAME = "bench-lightning-fs";

/** lightning-fs: names in memory, bytes in IndexedDB. */
export const contender: Contender = {
  packages: ["@isomorphic-git/lightning-fs"],
  how: "new FS(name) and its promises; many files by Promise.all. After them flush(), which writes the names down.",
  durability: "the browser's default for bytes; names half a second later, or after flush()",
  cannot: {
    ...because("no streams and no ranges: whole files only", ...STREAMS),
    ...because("files only, no tables", ...TABLES, ...SERIES),
  },
  open: async () => {
    const { promises } = new FS(NAME);
    return {
      writeMany: async (files) => {
        await Promise.all(files.map(({ name, bytes }) => promises.writeFile(`/${name}`, bytes)));
        await promises.flush();
      },
      writeOne: ({ name, bytes }) => promises.writeFile(`/${name}`, bytes),
      readOne: async (name) => (await promises.readFile(`/${name}`)) as Uint8Array,
      list: async () => {
        const names = await promises.readdir("/");
        return Promise.all(
          names.map(async (name) => ({ name, size: (await promises.stat(`/${name}`)).size })),
        );
      },
      writeWhole: async (name, bytes) => {
        await promises.writeFile(`/${name}`, bytes);
        await promises.flush();
      },
      close: async () => {
        await promises.flush();
        // It lets go of its databases when it has been idle for half a second.
        await (promises as unknown as { _deactivate(): Promise<void> })._deactivate();
      },
    };
  },
  destroy: async () => {
    await removeDatabase(NAME);
    await removeDatabase(`${NAME}_lock`);
  },
};
