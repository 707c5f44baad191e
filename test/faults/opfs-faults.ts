import { type Call, decorate } from "./decorate.ts";
import type { FaultInjector, FaultPlan } from "./fault-injector.ts";

/** What Chromium's `write()` has returned at the quota: -8, read as unsigned. */
const GARBAGE_COUNT = 4_294_967_288;

/** Makes fault points of all that the storage worker does to files. */
export function decorateFiles(
  injector: FaultInjector,
  interrupt: (plan: FaultPlan) => unknown,
): void {
  const shared = { injector, interrupt };
  const named = (name: string) => ({ ...shared, point: () => name });
  const later = (name: string) => ({ ...named(name), isAsync: true });

  const handle: object = Reflect.get(globalThis, "FileSystemSyncAccessHandle").prototype;
  decorate(handle, "write", { ...named("opfs.write"), special: badWrite(interrupt) });
  decorate(handle, "flush", named("opfs.flush"));
  decorate(handle, "close", named("opfs.close"));
  decorate(handle, "truncate", named("opfs.truncate"));
  decorate(handle, "getSize", { ...named("opfs.getSize"), special: shortSize });

  const file = FileSystemFileHandle.prototype;
  const open = ({ args: [options] }: Call) =>
    Object(options).mode === "read-only" ? "opfs.openRead" : "opfs.open";
  decorate(file, "createSyncAccessHandle", { ...shared, point: open, isAsync: true });
  decorate(file, "move", later("opfs.move"));
  decorate(file, "createWritable", later("opfs.createWritable"));
  decorate(file, "getFile", later("opfs.getFile"));

  const directory = FileSystemDirectoryHandle.prototype;
  const find = ({ args: [, options] }: Call) =>
    Object(options).create ? "opfs.create" : "opfs.find";
  decorate(directory, "getFileHandle", { ...shared, point: find, isAsync: true });
  decorate(directory, "removeEntry", later("opfs.remove"));

  const stream = FileSystemWritableFileStream.prototype;
  decorate(stream, "write", later("stream.write"));
  decorate(WritableStream.prototype, "close", {
    ...later("stream.close"),
    point: ({ self }) =>
      self instanceof FileSystemWritableFileStream ? "stream.close" : undefined,
  });
}

/** The ways in which `write()` fails without throwing, and a death halfway. */
function badWrite(interrupt: (plan: FaultPlan) => unknown) {
  return (plan: FaultPlan, { args: [chunk, options], run }: Call) => {
    const bytes = chunk as Uint8Array;
    const half = () => run([bytes.subarray(0, bytes.byteLength >> 1), options]);
    if (plan.kind === "garbage") return { result: GARBAGE_COUNT };
    if (plan.kind === "short") return { result: half() };
    if (plan.kind === "zero") return { result: 0 };
    if (plan.moment !== "half") return undefined;
    half();
    return { result: interrupt(plan) };
  };
}

/** A file that a flush has left shorter than what was written. */
function shortSize(plan: FaultPlan, { run }: Call) {
  if (plan.kind !== "short") return undefined;
  return { result: Math.max(0, Number(run()) - 1) };
}
