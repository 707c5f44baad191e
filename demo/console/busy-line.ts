import type { Terminal } from "@xterm/xterm";
import type { ShellProgress } from "tinypond/shell";
import { formatBytes, formatCount, formatPercent } from "../format.ts";

const FRAMES = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"];

/** What takes less is over before anybody has read how far it is. */
const FIRST_MS = 300;
const EVERY_MS = 120;

/** The line that says what a command is at, while it runs. */
export class BusyLine {
  readonly #terminal: Terminal;
  readonly #timer: ReturnType<typeof setTimeout>;
  #progress: ShellProgress | undefined;
  #frame = 0;
  #isShown = false;

  constructor(terminal: Terminal) {
    this.#terminal = terminal;
    const begun = performance.now();
    this.#timer = setInterval(() => {
      if (performance.now() - begun >= FIRST_MS) this.#draw();
    }, EVERY_MS);
  }

  /** Takes note of how far the command is. */
  tell(progress: ShellProgress): void {
    this.#progress = progress;
  }

  /** Takes the line away. */
  end(): void {
    clearInterval(this.#timer);
    if (this.#isShown) this.#terminal.write("\r\x1b[2K\x1b[?25h");
  }

  #draw(): void {
    this.#frame += 1;
    this.#isShown = true;
    const text = `${FRAMES[this.#frame % FRAMES.length]} ${this.#progress ? describe(this.#progress) : "working"} (Ctrl-C cancels)`;
    this.#terminal.write(
      `\r\x1b[2K\x1b[?25l\x1b[90m${text.slice(0, this.#terminal.cols - 1)}\x1b[0m`,
    );
  }
}

function describe({ subject, done, total, unit }: ShellProgress): string {
  const amount = unit === "bytes" ? formatBytes(done) : `${formatCount(done)} ${unit}`;
  const share = total ? `, ${formatPercent(done, total)}` : "";
  return `${subject.replace(/\p{C}/gu, " ")}: ${amount}${share}`;
}
