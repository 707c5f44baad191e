import { FetchError } from "../explain-error.ts";
import type { FoundFile } from "./dropped.ts";

/** A file behind an address: of this server, or of one that allows it (CORS). It is fetched in its turn. */
export function urlFile(address: string): FoundFile {
  const url = new URL(address, location.href);
  const name = decodeURIComponent(url.pathname.split("/").at(-1) || url.hostname);
  return {
    relativePath: name,
    open: async (signal) => {
      const response = await fetchFrom(url, signal);
      if (!response.ok) throw new FetchError(`HTTP ${response.status}`);
      return new File([await response.blob()], name);
    },
  };
}

async function fetchFrom(url: URL, signal: AbortSignal): Promise<Response> {
  try {
    return await fetch(url, { signal });
  } catch (cause) {
    throw new FetchError("NetworkError", { cause });
  }
}
