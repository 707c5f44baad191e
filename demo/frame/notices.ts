import { explainError } from "../explain-error.ts";

/** A message that stays until it is dismissed. */
export interface Notice {
  readonly kind: "error" | "done" | "info";
  readonly title: string;
  readonly advice?: string;
  readonly code?: string;
  /** A way to go on, such as to undo what was done. */
  readonly action?: { readonly label: string; readonly run: () => void };
}

/** More than these cover the page; the oldest go. */
const MOST_NOTICES = 4;

/** The messages that are shown, newest last. */
export class Notices {
  readonly #onChange: () => void;
  #all: readonly Notice[] = [];

  constructor(onChange: () => void) {
    this.#onChange = onChange;
  }

  get all(): readonly Notice[] {
    return this.#all;
  }

  /** An error in words, with what to do about it. */
  fail(error: unknown, doing: string): void {
    const { reason, advice, code } = explainError(error);
    this.add({ kind: "error", title: `${doing}: ${reason}`, advice, code });
  }

  add(notice: Notice): void {
    const others = this.#all.filter(({ title }) => title !== notice.title);
    this.#set([...others, notice].slice(-MOST_NOTICES));
  }

  dismiss(notice: Notice): void {
    this.#set(this.#all.filter((one) => one !== notice));
  }

  #set(all: readonly Notice[]): void {
    this.#all = all;
    this.#onChange();
  }
}
