import { html, type PropertyValues, type TemplateResult } from "lit";
import type { Pond } from "tinypond";
import { type MountedConsole, mountConsole } from "../console/terminal.ts";
import type { ViewContext } from "../views/contract.ts";
import { LightElement } from "./light-element.ts";

/** The console over the open pond; another pond gets a console of its own. */
export class ConsolePanel extends LightElement {
  static override properties = { context: { attribute: false } };
  declare context: ViewContext | undefined;
  #pond: Pond | undefined;
  #mounted: MountedConsole | undefined;

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#mounted?.dispose();
  }

  override render(): TemplateResult {
    return html`<div class="console"></div>`;
  }

  override updated(changed: PropertyValues): void {
    const { context } = this;
    if (!changed.has("context") || !context || context.pond === this.#pond) return;
    this.#pond = context.pond;
    this.#mount(context).catch((error: unknown) => {
      context.fail(error, "Could not open the console");
    });
  }

  async #mount({ pond }: ViewContext): Promise<void> {
    this.#mounted?.dispose();
    this.#mounted = undefined;
    const place = this.querySelector<HTMLElement>(".console");
    if (!place) return;
    const mounted = await mountConsole(place, pond);
    if (pond !== this.#pond) {
      mounted.dispose(); // yet another pond was opened meanwhile
      return;
    }
    this.#mounted = mounted;
    mounted.focus();
  }
}

customElements.define("tp-console", ConsolePanel);
