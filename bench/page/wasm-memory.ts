/** Runs in a worker before its own script: notes the memory of wasm modules, and tells how much it is. */
const PRELUDE = `
const memories = new Set();
const note = (result) => {
  const { exports } = result.instance ?? result;
  for (const value of Object.values(exports)) if (value instanceof WebAssembly.Memory) memories.add(value);
  return result;
};
for (const name of ["instantiate", "instantiateStreaming"]) {
  const original = WebAssembly[name];
  WebAssembly[name] = async (...given) => note(await original.apply(WebAssembly, given));
}
const channel = new BroadcastChannel("bench-wasm-memory");
// Other workers hear the answers, too, and must not answer them.
channel.onmessage = ({ data }) => {
  if (data === "how much?") channel.postMessage([...memories].reduce((sum, { buffer }) => sum + buffer.byteLength, 0));
};
`;

const alive = new Set<Worker>();

/** Has all workers that are made from now on tell of their wasm memory. */
export function watchWasmMemory(): void {
  const prelude = scriptOf(PRELUDE);
  const Original = globalThis.Worker;
  globalThis.Worker = class extends Original {
    constructor(url: string | URL, options?: WorkerOptions) {
      const { href } = new URL(url, location.href);
      // Imported in this order, and before any message is handed out.
      super(
        scriptOf(`import ${JSON.stringify(prelude)}; import ${JSON.stringify(href)};`),
        options,
      );
      alive.add(this);
    }

    override terminate(): void {
      alive.delete(this);
      super.terminate();
    }
  };
}

/** What the wasm modules of all workers have taken, which browsers leave out of the size of a page. */
export async function wasmBytes(): Promise<number> {
  const channel = new BroadcastChannel("bench-wasm-memory");
  let [answers, sum] = [0, 0];
  await new Promise<void>((resolve) => {
    channel.onmessage = ({ data }: MessageEvent<number>) => {
      answers += 1;
      sum += data;
      if (answers === alive.size) resolve();
    };
    channel.postMessage("how much?");
  });
  channel.close();
  return sum;
}

function scriptOf(text: string): string {
  return URL.createObjectURL(new Blob([text], { type: "text/javascript" }));
}
