import type { Pin } from "../tinyfs/persistence.ts";

/** Pins that outlast the sleep of the page, in which their locks go. */
export class LastingPins {
  readonly #pins = new Set<{ readonly seq: number; pin: Pin | undefined }>();

  /** Keeps a pin. What it gives releases it, or the one that has taken its place. */
  add(seq: number, pin: Pin): Pin {
    const kept: { readonly seq: number; pin: Pin | undefined } = { seq, pin };
    this.#pins.add(kept);
    return {
      release: async () => {
        this.#pins.delete(kept);
        await kept.pin?.release();
      },
    };
  }

  /** Takes them all again. A commit that has been dropped meanwhile says so when it is read. */
  async renew(take: (seq: number) => Promise<Pin>): Promise<void> {
    await Promise.all(
      [...this.#pins].map(async (kept) => {
        kept.pin = undefined;
        const pin = await take(kept.seq).catch(() => undefined); // HISTORY_TRUNCATED, as every read of it
        if (this.#pins.has(kept)) kept.pin = pin;
        else await pin?.release();
      }),
    );
  }
}
