const KEY = "tinypond.unfinished-imports";

/** The names of imports that have not ended: what a reload cuts off is told after it. */
export class UnfinishedImports {
  readonly #names: string[] = [];
  #isLeaving = false;

  constructor() {
    // What fails because the page goes away has not ended.
    addEventListener("pagehide", () => {
      this.#isLeaving = true;
    });
    addEventListener("pageshow", () => {
      this.#isLeaving = false;
    });
  }

  begin(name: string): void {
    this.#names.push(name);
    this.#store();
  }

  end(name: string): void {
    if (this.#isLeaving) return;
    const at = this.#names.indexOf(name);
    if (at >= 0) this.#names.splice(at, 1);
    this.#store();
  }

  /** What the page before this one has left, once. */
  static takeLeft(): readonly string[] {
    const left: unknown = JSON.parse(sessionStorage.getItem(KEY) ?? "[]");
    sessionStorage.removeItem(KEY);
    return Array.isArray(left) ? left.map(String) : [];
  }

  #store(): void {
    try {
      sessionStorage.setItem(KEY, JSON.stringify(this.#names.slice(0, 1000)));
    } catch {
      // Full or forbidden: then a reload is not told of, and nothing else is lost.
    }
  }
}
