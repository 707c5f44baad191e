import "../symbols.ts";
import { ParquetService } from "./parquet-service.ts";
import { serve } from "./remote.ts";

// A panic within parquet-wasm's asynchronous reading can surface as a rejection that nobody awaits,
// of which the page would not hear: as an error it ends this worker there.
addEventListener("unhandledrejection", ({ reason }) => reportError(reason));

serve(new ParquetService());

// A page lends this worker to a pond that lives where no workers can be made.
addEventListener("message", ({ data }) => {
  if (data instanceof MessagePort) serve(new ParquetService(), data);
});
