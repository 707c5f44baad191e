import { ShellError } from "./shell-error.ts";
import type { HostFiles, HostOutput } from "./shell-options.ts";

const PREFIX = "host:";

/** The name after `host:`; `undefined` for what is no file of the host. */
export function hostName(text: string): string | undefined {
  return text.startsWith(PREFIX) ? text.slice(PREFIX.length) : undefined;
}

/** How commands reach files outside of the pond. */
export class HostAccess {
  readonly #files: HostFiles;

  constructor(files: HostFiles | readonly File[] = {}) {
    this.#files = isList(files) ? { open: async (name) => named(files, name) } : files;
  }

  /** The files of a name, or those that the user chooses. @throws NO_HOST_FILE */
  async open(name: string): Promise<readonly File[]> {
    const found = await this.#files.open?.(name);
    if (found && found.length > 0) return found;
    const why = !found
      ? "no files are given here: pass them as the option `files`"
      : name === ""
        ? "none was chosen"
        : "there is none of this name";
    throw new ShellError("NO_HOST_FILE", `Cannot open "${PREFIX}${name}": ${why}`);
  }

  /** Hands a file out. @throws NO_HOST_FILE */
  async save(output: HostOutput): Promise<void> {
    if (this.#files.save) return this.#files.save(output);
    await output.stream.cancel();
    const message = `Cannot hand out "${output.name}": pass a function that takes it as the option \`files.save\``;
    throw new ShellError("NO_HOST_FILE", message);
  }
}

function isList(files: HostFiles | readonly File[]): files is readonly File[] {
  return Array.isArray(files);
}

function named(files: readonly File[], name: string): readonly File[] {
  return name === "" ? files : files.filter((file) => file.name === name);
}
