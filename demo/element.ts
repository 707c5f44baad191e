/** What an element is made with: properties by name, and attributes where there is no property. */
export interface ElementOptions {
  readonly class?: string | undefined;
  readonly text?: string | undefined;
  readonly attributes?: Readonly<Record<string, string>>;
  readonly onClick?: () => void;
}

/** Makes an element with its children. Text is never read as HTML. */
export function element<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  { class: className, text, attributes = {}, onClick }: ElementOptions = {},
  children: readonly Node[] = [],
): HTMLElementTagNameMap[Name] {
  const made = document.createElement(name);
  if (className !== undefined) made.className = className;
  if (text !== undefined) made.textContent = text;
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  if (onClick) made.addEventListener("click", onClick);
  made.append(...children);
  return made;
}

/** A real button that submits nothing. */
export function button(
  text: string,
  onClick: () => void,
  options: ElementOptions = {},
): HTMLElement {
  const attributes = { type: "button", ...options.attributes };
  return element("button", { ...options, text, attributes, onClick });
}

/** An element that the page has from the start. */
export function byId<Kind extends HTMLElement>(id: string, kind: new () => Kind): Kind {
  const found = document.getElementById(id);
  if (found instanceof kind) return found;
  throw new Error(`The page has no ${kind.name} with the id "${id}"`);
}
