import init, { wasmMemory } from "parquet-wasm/esm";
import { type ErrorCode, TinyFSError } from "../tinyfs/errors.ts";
import { withMemoryLimit } from "./wasm-memory-limit.ts";

const LOADING =
  "load parquet-wasm (parquetWasmUrl says where it is, connect-src of a Content-Security-Policy allows it)";

let loading: Promise<unknown> | undefined;
let memory: WebAssembly.Memory | undefined;

/**
 * Fetches and starts parquet-wasm once; a failed attempt may be repeated.
 * @param url where the module is; absent: beside its JavaScript, where bundlers put it
 * @throws WORKER_START
 */
export async function loadWasm(url: string | undefined): Promise<void> {
  loading ??= url === undefined ? init() : init({ module_or_path: url });
  try {
    await loading;
    memory = wasmMemory();
  } catch (cause) {
    loading = undefined;
    throw wasmFailure("WORKER_START", LOADING, cause);
  }
}

/**
 * Has the wasm module that this worker loads next limited to so much memory. parquet-wasm fetches it by
 * an address that bundlers know, and hands it to `instantiateStreaming`: so there it is changed.
 */
export function limitWasmHeap(maxBytes: number): void {
  const instantiateStreaming: typeof WebAssembly.instantiateStreaming = async (source, imports) => {
    const module = new Uint8Array(await (await source).arrayBuffer());
    return await WebAssembly.instantiate(withMemoryLimit(module, maxBytes), imports);
  };
  Object.assign(WebAssembly, { instantiateStreaming });
}

/** How much memory parquet-wasm has taken; it never gives any back. */
export function wasmHeapBytes(): number {
  return memory?.buffer.byteLength ?? 0;
}

/**
 * Runs a call of parquet-wasm and turns what it throws into a typed error. A panic keeps its
 * `RuntimeError` as the cause: by that the page knows that the instance must be replaced.
 */
export function callWasm<T>(code: ErrorCode, action: string, call: () => T): T {
  try {
    return call();
  } catch (cause) {
    throw wasmFailure(code, action, cause);
  }
}

/** The typed error for what parquet-wasm threw. */
export function wasmFailure(code: ErrorCode, action: string, cause: unknown): TinyFSError {
  const detail = cause instanceof Error ? cause.message : String(cause);
  return new TinyFSError(code, `Cannot ${action}: ${detail}`, { cause });
}
