/** How far a command is. */
export interface ShellProgress {
  /** The command. */
  readonly command: string;
  /** What it is at, in words: a path, a phase. */
  readonly subject: string;
  /** How much is done, counted in `unit`. */
  readonly done: number;
  /** How much there is, where that is known. */
  readonly total?: number;
  /** What is counted. */
  readonly unit: "bytes" | "rows" | "segments" | "versions" | "items";
}

/** A file that is handed out. */
export interface HostOutput {
  /** What it is to be called. */
  readonly name: string;
  /** Its MIME type. */
  readonly type: string;
  /** How many bytes it has, where that is known before. */
  readonly size?: number;
  /** Its bytes, to be read once. */
  readonly stream: ReadableStream<Uint8Array>;
}

/** How `host:NAME` reaches the files of whoever runs the shell. */
export interface HostFiles {
  /**
   * Gives files. The name is what stands after `host:`; where it is empty the user chooses.
   * None: the user chose none.
   */
  readonly open?: ((name: string) => Promise<readonly File[]>) | undefined;
  /** Takes a file, and returns when it has it. */
  readonly save?: ((output: HostOutput) => Promise<void>) | undefined;
}

/** Whether and how a shell runs a line. */
export interface ShellRunOptions {
  /** Ends the command: it rejects with the signal's reason, and what it was writing is not written. */
  readonly signal?: AbortSignal | undefined;
  /** Width in columns that tables are fitted to. Default: as wide as they are. */
  readonly columns?: number | undefined;
  /** Whether text is coloured by ANSI escapes. Default `false`. */
  readonly color?: boolean | undefined;
  /** Is given the text, with `\n` at its end, before the result is returned. */
  readonly onOutput?: ((text: string) => void) | undefined;
  /** Is told now and then how far a long command is. */
  readonly onProgress?: ((progress: ShellProgress) => void) | undefined;
  /** Files for `host:NAME`, by their names, or how to reach them. */
  readonly files?: HostFiles | readonly File[] | undefined;
}

/** How a shell begins. */
export interface ShellOptions extends ShellRunOptions {
  /** The directory that paths begin at. Default `/`. */
  readonly cwd?: string | undefined;
}
