import { LitElement } from "lit";

/** An element that renders into the page itself, so that the page's styles and ids reach all of it. */
export class LightElement extends LitElement {
  override createRenderRoot(): HTMLElement {
    return this;
  }
}
