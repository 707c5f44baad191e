import { SampleError } from "./explain-error.ts";
import type { ImportRequest } from "./import-queue.ts";

/** 3,000,000 flights of the United States in early 2001, from vega-datasets. */
const SAMPLE_URL = new URL(
  "../node_modules/vega-datasets/data/flights-3m.parquet",
  import.meta.url,
);

/** The bundled sample, fetched from beside the page when its turn comes. */
export const SAMPLE: ImportRequest = {
  name: "flights-3m.parquet",
  open: async (signal) => {
    const response = await fetchSample(signal);
    if (!response.ok) throw new SampleError(`HTTP ${response.status}`);
    return new File([await response.blob()], SAMPLE.name);
  },
};

async function fetchSample(signal: AbortSignal): Promise<Response> {
  try {
    return await fetch(SAMPLE_URL, { signal });
  } catch (cause) {
    throw new SampleError("NetworkError", { cause });
  }
}
