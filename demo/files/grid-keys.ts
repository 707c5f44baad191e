/** What a key asks a list of rows for. */
export type GridCommand =
  | { readonly kind: "move"; readonly to: number; readonly extend: boolean; readonly keep: boolean }
  | { readonly kind: "type"; readonly letter: string }
  | { readonly kind: "open" | "up" | "unfold" | "fold" | "toggle" | "all" | "clear" }
  | { readonly kind: "rename" | "remove" };

/** Where the keyboard is in a list. */
export interface GridPosition {
  readonly active: number;
  readonly count: number;
  /** Rows of a page. */
  readonly page: number;
}

const PLAIN: Readonly<Record<string, GridCommand["kind"]>> = {
  Enter: "open",
  Backspace: "up",
  ArrowRight: "unfold",
  ArrowLeft: "fold",
  " ": "toggle",
  Escape: "clear",
  F2: "rename",
  Delete: "remove",
};

/** The command of a key; undefined for one that is not the list's. */
export function commandOf(event: KeyboardEvent, at: GridPosition): GridCommand | undefined {
  const { key, altKey, metaKey, ctrlKey, shiftKey } = event;
  const withControl = ctrlKey || metaKey;
  if (altKey) return undefined;
  if (withControl && key.toLowerCase() === "a") return { kind: "all" };
  const to = targetOf(key, at);
  if (to !== undefined) {
    const clamped = Math.min(at.count - 1, Math.max(0, to));
    return { kind: "move", to: clamped, extend: shiftKey, keep: withControl };
  }
  const kind = PLAIN[key];
  if (kind !== undefined) return { kind } as GridCommand;
  const isLetter = key.length === 1 && !withControl;
  return isLetter ? { kind: "type", letter: key } : undefined;
}

function targetOf(key: string, { active, count, page }: GridPosition): number | undefined {
  switch (key) {
    case "ArrowDown":
      return active + 1;
    case "ArrowUp":
      return active - 1;
    case "PageDown":
      return active + page;
    case "PageUp":
      return active - page;
    case "Home":
      return 0;
    case "End":
      return count - 1;
    default:
      return undefined;
  }
}

/** Letters that are typed within this time are one word. */
const TYPING_MS = 700;

/** Finds the row that begins with what is typed. */
export class TypeAhead {
  #typed = "";
  #last = 0;

  /** The index of the next row that fits; -1 where none does. */
  find(letter: string, names: readonly { readonly name: string }[], active: number): number {
    const now = performance.now();
    const isNew = now - this.#last > TYPING_MS;
    this.#typed = isNew ? letter.toLowerCase() : this.#typed + letter.toLowerCase();
    this.#last = now;
    const start = isNew ? active + 1 : Math.max(0, active); // the same letter again goes on to the next
    for (let step = 0; step < names.length; step += 1) {
      const index = (start + step) % names.length;
      if (names[index]?.name.toLowerCase().startsWith(this.#typed)) return index;
    }
    return -1;
  }
}
