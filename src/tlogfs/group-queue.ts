/** Lets what comes while a group is under way wait, and go together as the next one. */
export class GroupQueue<Member> {
  readonly #run: (group: readonly Member[]) => Promise<void>;
  readonly #sizeOf: (member: Member) => number;
  readonly #maxSize: number;
  readonly #waiting: Member[] = [];
  #isRunning = false;

  /**
   * @param run takes one group to its end, and never rejects
   * @param maxSize of a group, but for one of a single member
   */
  constructor(
    run: (group: readonly Member[]) => Promise<void>,
    { sizeOf, maxSize }: { sizeOf: (member: Member) => number; maxSize: number },
  ) {
    this.#run = run;
    this.#sizeOf = sizeOf;
    this.#maxSize = maxSize;
  }

  /** Lines up. Who finds nobody before it goes at once. */
  join(member: Member): void {
    this.#waiting.push(member);
    if (!this.#isRunning) void this.#runAll();
  }

  /** Runs something else while no group does. `undefined` where one does, or waits. */
  alone<Value>(work: () => Promise<Value>): Promise<Value> | undefined {
    if (this.#isRunning) return undefined;
    this.#isRunning = true;
    return work().finally(() => {
      this.#isRunning = false;
      if (this.#waiting.length > 0) void this.#runAll();
    });
  }

  async #runAll(): Promise<void> {
    this.#isRunning = true;
    while (this.#waiting.length > 0) await this.#run(this.#nextGroup());
    this.#isRunning = false;
  }

  #nextGroup(): Member[] {
    let size = 0;
    const end = this.#waiting.findIndex((member, index) => {
      size += this.#sizeOf(member);
      return index > 0 && size > this.#maxSize;
    });
    return this.#waiting.splice(0, end === -1 ? this.#waiting.length : end);
  }
}
