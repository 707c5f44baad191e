import { openPond, type Pond } from "tinypond";
import { DemoPage } from "./demo-page.ts";
import { byId, element } from "./element.ts";
import { showError } from "./notices.ts";

/** What the developer tools find at `tinypondDemo`. */
export interface DemoHandle {
  readonly pond: Pond;
  /** Loads Apache Arrow, which makes the batches that tables are written from. */
  readonly arrow: () => Promise<typeof import("apache-arrow")>;
}

declare global {
  interface Window {
    tinypondDemo: DemoHandle;
  }
}

async function start(): Promise<void> {
  try {
    const pond = await openPond("demo");
    window.tinypondDemo = { pond, arrow: () => import("apache-arrow") };
    const page = new DemoPage(pond);
    page.listen();
    await page.refresh();
    document.documentElement.dataset["ready"] = "true";
  } catch (error) {
    byId("datasets", HTMLElement).replaceChildren(
      element("p", { class: "quiet", text: "The pond could not be opened." }),
    );
    showError("Could not open the pond", error);
  }
}

await start();
