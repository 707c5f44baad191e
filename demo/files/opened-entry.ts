import { html, type TemplateResult } from "lit";
import type { ViewContext } from "../views/contract.ts";

/** A file in its view, which is loaded with the first file that is opened. */
export function openedEntry(path: string, context: ViewContext): TemplateResult {
  import("../views/dataset-view.ts").catch((error: unknown) => {
    context.fail(error, "Could not load this part of the page");
  });
  return html`<div class="opened">
    <tp-dataset .context=${context} .path=${path}></tp-dataset>
  </div>`;
}
