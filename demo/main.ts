import type { Pond } from "tinypond";
import { formatCounted } from "./format.ts";
import { ExplorerApp } from "./frame/app.ts";
import { Explorer } from "./frame/explorer.ts";
import { parsePlace } from "./frame/place.ts";
import { UnfinishedImports } from "./importing/unfinished.ts";

/** What the developer tools find at `tinypondDemo`. */
export interface DemoHandle {
  /** The open pond. */
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
  const explorer = new Explorer(parsePlace(location.hash));
  explorer.on("change", () => {
    const { context } = explorer;
    if (context) {
      window.tinypondDemo = { pond: context.pond, arrow: () => import("apache-arrow") };
    }
    document.title = `${explorer.place.path.split("/").at(-1) || explorer.place.pond} · TinyPond`;
  });
  const app = new ExplorerApp();
  app.explorer = explorer;
  document.querySelector("#app")?.replaceChildren(app);
  addEventListener("popstate", () => {
    explorer.followAddress().catch((error: unknown) => {
      explorer.fail(error, "Could not go there");
    });
  });
  addEventListener("pageshow", ({ persisted }) => {
    if (persisted) explorer.refresh(); // the browser kept the page, and others went on
  });
  tellUnfinished(explorer);
  try {
    await explorer.open();
    await app.updateComplete;
    document.documentElement.dataset["ready"] = "true";
  } catch (error) {
    explorer.fail(error, "Could not open the pond");
  }
}

function tellUnfinished({ notices }: Explorer): void {
  const left = UnfinishedImports.takeLeft();
  if (left.length === 0) return;
  const names = left.slice(0, 5).join(", ");
  const more = left.length > 5 ? ` and ${left.length - 5} more` : "";
  const title = `${formatCounted(left.length, "import")} ended with the reload: ${names}${more}`;
  const advice = "Nothing of them was stored. Choose the files again.";
  notices.add({ kind: "info", title, advice });
}

/** Keeps the page's own files for when there is no network. The pond's are here anyway. */
async function keepForOffline(): Promise<void> {
  if (!import.meta.env.PROD || !("serviceWorker" in navigator)) return;
  try {
    await navigator.serviceWorker.register("./service-worker.js");
  } catch {
    // private windows and some settings have none: then the page needs the network, as any other
  }
}

await start();
await keepForOffline();
