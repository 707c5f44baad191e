import { createStore, entries, get, set, setMany } from "idb-keyval";
import { because, type Contender, SERIES, STREAMS, TABLES } from "./contender.ts";
import { removeDatabase } from "./remote.ts";

const DATABASE = "bench-idb-keyval";

/** idb-keyval: a value under a key. */
export const contender: Contender = {
  packages: ["idb-keyval"],
  how: "createStore; set and get, setMany for many files, entries for a listing.",
  durability: "the browser's default: relaxed in Chromium. It has no option for more",
  cannot: {
    ...because("no streams and no ranges: whole values only", ...STREAMS),
    ...because("no tables: keys and values only", ...TABLES, ...SERIES),
  },
  open: async () => {
    const store = createStore(DATABASE, "files");
    return {
      writeMany: (files) =>
        setMany(
          files.map(({ name, bytes }) => [name, bytes]),
          store,
        ),
      writeOne: ({ name, bytes }) => set(name, bytes, store),
      readOne: async (name) => (await get<Uint8Array>(name, store)) ?? new Uint8Array(),
      list: async () =>
        (await entries<string, Uint8Array>(store)).map(([name, { byteLength }]) => ({
          name,
          size: byteLength,
        })),
      writeWhole: (name, bytes) => set(name, bytes, store),
      close: async () => {
        // It keeps its connection to itself, and gives it up when another asks for the database.
        await store("readonly", ({ transaction }) => transaction.db.close());
      },
    };
  },
  destroy: () => removeDatabase(DATABASE),
};
