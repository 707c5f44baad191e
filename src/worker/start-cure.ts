import { scriptAddress } from "./worker-factory.ts";

/** Where Vite puts what it bundles ahead in development: before Vite 8 workers do not go along. */
const PREBUNDLED_BY_VITE = /\/deps\/[^?]*\?.*worker_file/;

/**
 * What to do about a worker that did not start: where it was asked for, and the line that the set-up of the
 * application lacks. `docs/install.md` has the same at length.
 * @param worker absent where the browser refused to make it
 */
export function startCure(label: "storage" | "parquet", worker: object | undefined): string {
  const address = worker && scriptAddress(worker);
  return address ? `it was asked for at ${address}: ${cureAt(address, label)}` : cureAt("", label);
}

function cureAt(address: string, label: string): string {
  if (PREBUNDLED_BY_VITE.test(address)) {
    return 'add optimizeDeps: { exclude: ["tinypond"] } to vite.config, which Vite 6 and 7 need in development';
  }
  const { origin } = new URL(address, location.href);
  const allowed = origin === location.origin ? "'self'" : `blob: ${origin}`;
  return `copy node_modules/tinypond/dist/standalone/*.worker.js and *.wasm beside the bundle if your bundler does not, or pass workers: { ${label}: url }; a Content-Security-Policy needs worker-src ${allowed}`;
}
