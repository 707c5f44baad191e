import { FS, ROOT_ID, WD } from "../../src/tinyfs/index.ts";
import type { OpLogPersistence } from "../../src/tlogfs/oplog-persistence.ts";
import { seal } from "../../src/tlogfs/oplog-rows.ts";
import { fakeParquet } from "../tinyfs/contract/bytes.ts";
import {
  blobFile,
  flipBit,
  overwrite,
  plant,
  sha256Of,
  someBytes,
} from "../worker/storage-pond.ts";
import {
  folderOf,
  newPondName,
  openPond,
  type RawPack,
  rawKeys,
  rawly,
  rawPacks,
  rawRow,
  tamper,
} from "./pond-fixture.ts";

/** Bytes of `/d/large`. */
export const LARGE: Uint8Array<ArrayBuffer> = someBytes(200_000);

/** A pond with something of everything, and ways to damage it past the library. */
export class DamagedPond {
  readonly name: string;
  readonly persistence: OpLogPersistence;
  readonly root: WD;
  /** Identities of `/d`, `/d/large` and `/s`. */
  ids = { d: "", large: "", s: "" };
  sha256 = "";

  constructor(name: string, persistence: OpLogPersistence) {
    this.name = name;
    this.persistence = persistence;
    this.root = new FS({ persistence }, (context) => new WD(context)).root;
  }

  /** Ten commits, of which each is named in a comment below. */
  static async make(): Promise<DamagedPond> {
    const name = newPondName();
    const pond = new DamagedPond(name, await openPond({ name }));
    const { root } = pond;
    const d = await root.createDir("/d"); // 1
    await root.writeFile("/d/small", "the first text"); // 2
    await root.writeFile("/d/small", "the second text"); // 3
    const large = await root.writeFile("/large", LARGE); // 4
    await root.rename("/large", "/d/large"); // 5
    const s = await root.writeFile("/s", fakeParquet("1"), { entryType: "FileSeries" }); // 6
    await root.writeFile("/s", fakeParquet("2"), { append: true }); // 7
    await root.writeFile("/alone", "nobody else has this"); // 8
    await root.writeFile("/twin", "the second text"); // 9
    await root.createSymlink("/link", "/d/small"); // 10
    pond.ids = { d: d.nodeId, large: large.nodeId, s: s.nodeId };
    pond.sha256 = await sha256Of(LARGE);
    return pond;
  }

  /** The key of the row of a path of two names at most. */
  dirKey(path: string): IDBValidKey[] {
    const names = path.slice(1).split("/");
    return names.length === 1
      ? ["dir", ROOT_ID, path.slice(1)]
      : ["dir", this.ids.d, names[1] ?? ""];
  }

  /** Changes fields and leaves the checksum as it was. */
  tamper(key: IDBValidKey, fields: Record<string, unknown>): Promise<void> {
    return tamper(this.name, key, fields);
  }

  /** Changes fields and seals the row: its checksum is right. */
  async forge(key: IDBValidKey[], fields: Record<string, unknown>): Promise<void> {
    const { sum: _, ...row } = await rawRow(this.name, key);
    await this.put(key, { ...row, ...fields });
  }

  async put(key: IDBValidKey[], row: object): Promise<void> {
    await rawly(this.name, (oplog) => oplog.put(seal(key, row), key));
  }

  async delete(key: IDBValidKey): Promise<void> {
    await rawly(this.name, (oplog) => oplog.delete(key));
  }

  keys(family: string): Promise<IDBValidKey[][]> {
    return rawKeys(this.name, family);
  }

  /** The key of the pack with the bytes of a path. */
  async packOf(path: string): Promise<[string, string]> {
    const { storage } = await rawRow<{ storage: { pack: [string, string] } }>(
      this.name,
      this.dirKey(path),
    );
    return storage.pack;
  }

  async deletePack(path: string): Promise<void> {
    const key = await this.packOf(path);
    await rawly(this.name, (_, packs) => packs.delete(key));
  }

  /** Changes a pack past the library. */
  async changePack(path: string, change: (pack: RawPack) => object): Promise<void> {
    const key = await this.packOf(path);
    const pack = (await rawPacks(this.name)).get(String(key));
    if (!pack) throw new Error(`There is no pack ${key}`);
    await rawly(this.name, (_, packs) => packs.put(change(pack), key));
  }

  /** Changes one bit of the bytes of a path. */
  async flipInline(path: string): Promise<void> {
    await this.changePack(path, (pack) => {
      const bytes = pack.bytes.slice();
      bytes[3] = (bytes[3] ?? 0) ^ 1;
      return { ...pack, bytes };
    });
  }

  /** Gives a pack other counts, with the right checksum. */
  async forgeCounts(path: string, counts: number[]): Promise<void> {
    const key = await this.packOf(path);
    await this.changePack(path, ({ bytes, offsets }) => ({
      ...seal(key, { offsets, counts }),
      bytes,
    }));
  }

  /** A pack of somebody who is gone. */
  async strayPack(): Promise<void> {
    await rawly(this.name, (_, packs) => {
      const key = ["dead", "stray"];
      return packs.put(
        { ...seal(key, { offsets: [0, 1], counts: [1] }), bytes: Uint8Array.of(1) },
        key,
      );
    });
  }

  async flipBlob(at = 70_000): Promise<void> {
    await flipBit(await blobFile(folderOf(this.name), this.sha256), at);
  }

  async truncateBlob(): Promise<void> {
    await overwrite(await blobFile(folderOf(this.name), this.sha256), LARGE.slice(0, 100_000));
  }

  async removeBlob(): Promise<void> {
    let folder = await navigator.storage.getDirectory();
    for (const part of [...folderOf(this.name), "_large_files"]) {
      folder = await folder.getDirectoryHandle(part);
    }
    await folder.removeEntry(`${this.sha256}.data`);
  }

  /** A blob that nothing names. */
  async strayBlob(): Promise<void> {
    const bytes = someBytes(70_000, 9);
    await plant([...folderOf(this.name), "_large_files"], `${await sha256Of(bytes)}.data`, bytes);
  }

  async plantTemporary(bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    await plant([...folderOf(this.name), "tmp", "dead"], "left", bytes);
  }

  /** The files below the pond's folder, of one folder in it. */
  async filesIn(folder: string): Promise<string[]> {
    let at = await navigator.storage.getDirectory();
    for (const part of [...folderOf(this.name), folder]) {
      at = await at.getDirectoryHandle(part, { create: true });
    }
    const names: string[] = [];
    for await (const [name] of at.entries()) names.push(name);
    return names;
  }
}
