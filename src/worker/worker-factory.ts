/** Where a worker comes from: its script's address, or a function that makes it. */
export type WorkerSource = URL | string | (() => Worker);

const addresses = new WeakMap<object, string>();

/** Where a worker's script is asked for; of one that the application's own function made it is not known. */
export function scriptAddress(worker: object): string | undefined {
  return addresses.get(worker);
}

/**
 * The function that makes a worker: the given one, one that loads the given address, or `fallback`.
 * `fallback` holds the literal `new Worker(new URL(…, import.meta.url), …)` that bundlers look for.
 */
export function workerFactory(
  given: WorkerSource | undefined,
  fallback: () => Worker,
): () => Worker {
  if (typeof given === "function") return given;
  if (given === undefined) return () => acrossOrigins(fallback);
  return () => acrossOrigins(() => new Worker(given, { type: "module" }));
}

/**
 * A page may start workers of its own origin only. Bundlers rewrite the literal in `create`, so the
 * address is first known when the constructor is called: there a foreign one is wrapped in a Blob
 * that imports it. The exchange of the constructor ends before anything else can run.
 */
function acrossOrigins(create: () => Worker): Worker {
  const Native = globalThis.Worker;
  globalThis.Worker = class extends Native {
    constructor(url: string | URL, options?: WorkerOptions) {
      super(isForeign(url) ? importingScript(url, options) : url, options);
      addresses.set(this, new URL(url, location.href).href);
    }
  };
  try {
    return create();
  } finally {
    globalThis.Worker = Native;
  }
}

function isForeign(url: string | URL): boolean {
  const { protocol, origin } = new URL(url, location.href);
  return protocol.startsWith("http") && origin !== location.origin;
}

function importingScript(url: string | URL, options?: WorkerOptions): string {
  const address = JSON.stringify(new URL(url, location.href).href);
  const script = options?.type === "module" ? `import ${address};` : `importScripts(${address});`;
  // Never revoked: WebKit may still be loading it when the constructor returns, and it is 100 bytes.
  return URL.createObjectURL(new Blob([script], { type: "text/javascript" }));
}
