import { urlFile } from "./url-file.ts";

/** 3,000,000 flights of the United States in early 2001, from vega-datasets. */
const SAMPLE_URL = new URL(
  "../../node_modules/vega-datasets/data/flights-3m.parquet",
  import.meta.url,
);

/** The bundled sample, fetched from beside the page when its turn comes; the build gave it a longer name. */
export const SAMPLE = { ...urlFile(SAMPLE_URL.href), relativePath: "flights-3m.parquet" };
