import { ArrowWD } from "../../../src/arrow/index.ts";
import {
  type ByteSource,
  type Content,
  CorruptBlobError,
  FS,
  MemoryPersistence,
} from "../../../src/tinyfs/index.ts";
import { ParquetClient } from "../../../src/worker/parquet-client.ts";
import type { ArrowPond } from "../arrow-contract.ts";

/** A pond in memory that counts what is read of it, and what is left open. */
export interface CountedPond extends ArrowPond {
  /** Since it was last set. */
  bytesRead: number;
  /** Sources that were opened, since it was last set. */
  opened: number;
  /** Readers that were opened, since it was last set. */
  readersOpened: number;
  /** Row groups that were decoded at the same time, at most, since it was last set. */
  mostDecoding: number;
  /** Sources and readers that nobody has closed. */
  readonly open: { sources: number; readers: number };
  /** The hash of bytes that cannot be read. */
  damaged: string | undefined;
}

/** @param cacheBytes 0: nothing that was read is kept */
export async function openCountedPond({ cacheBytes = 0 } = {}): Promise<CountedPond> {
  const open = { sources: 0, readers: 0 };
  let decoding = 0;
  const persistence = new MemoryPersistence();
  const opening = persistence.open.bind(persistence);
  persistence.open = async (content: Content) => counted(content, await opening(content));
  const parquet = Object.assign(new ParquetClient(), { cacheBytes });
  const openReader = parquet.openReader.bind(parquet);
  parquet.openReader = async (...args) => {
    const reader = await openReader(...args);
    open.readers += 1;
    pond.readersOpened += 1;
    const readRowGroup = reader.readRowGroup.bind(reader);
    reader.readRowGroup = async (...asked) => {
      decoding += 1;
      pond.mostDecoding = Math.max(pond.mostDecoding, decoding);
      try {
        return await readRowGroup(...asked);
      } finally {
        decoding -= 1;
      }
    };
    const close = reader.close.bind(reader);
    reader.close = async () => {
      await close();
      open.readers -= 1;
    };
    return reader;
  };
  const services = {
    persistence,
    joinSegments: (sources: readonly ByteSource[]) => parquet.splice(sources),
  };
  const fs = new FS(services, (context) => new ArrowWD({ ...context, parquet }));
  const pond: CountedPond = {
    fs,
    root: fs.root,
    bytesRead: 0,
    opened: 0,
    readersOpened: 0,
    mostDecoding: 0,
    open,
    damaged: undefined,
    close: () => parquet.close(),
  };
  return pond;

  function counted({ sha256 }: Content, source: ByteSource): ByteSource {
    open.sources += 1;
    pond.opened += 1;
    return {
      size: source.size,
      read: async (start, end, signal) => {
        if (sha256 === pond.damaged) throw new CorruptBlobError("It is damaged", { sha256 });
        const bytes = await source.read(start, end, signal);
        pond.bytesRead += bytes.length;
        return bytes;
      },
      close: async () => {
        await source.close();
        open.sources -= 1;
      },
    };
  }
}
