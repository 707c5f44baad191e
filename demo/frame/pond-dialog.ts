import { html, nothing, render, type TemplateResult } from "lit";
import { deletePond, listPonds, type StorageMode } from "tinypond";
import { confirmDeletion, openDialog } from "./dialogs.ts";
import type { Explorer } from "./explorer.ts";
import { DEFAULT_POND } from "./place.ts";

/** Shows the ponds of this browser: to open, to make and to delete. */
export async function showPonds(explorer: Explorer): Promise<void> {
  const dialog = openDialog(html`<div class="ponds"></div>`, "pond-dialog");
  const panel = new PondPanel(explorer, dialog);
  dialog.addEventListener("close", () => dialog.remove(), { once: true });
  await panel.show();
}

class PondPanel {
  readonly #explorer: Explorer;
  readonly #dialog: HTMLDialogElement;

  constructor(explorer: Explorer, dialog: HTMLDialogElement) {
    this.#explorer = explorer;
    this.#dialog = dialog;
  }

  async show(): Promise<void> {
    const place = this.#dialog.querySelector<HTMLElement>(".ponds");
    if (!place) return;
    const current = this.#explorer.context?.pond.name;
    const names = new Set([...(await listPonds()), ...(current === undefined ? [] : [current])]);
    render(this.#content([...names].sort(), current), place);
  }

  #content(names: readonly string[], current: string | undefined): TemplateResult {
    return html`
      <h2 id="dialog-heading">Ponds in this browser</h2>
      <p class="quiet">Each is a file system of its own, with its own history.</p>
      ${names.length === 0 ? html`<p>There is none yet.</p>` : nothing}
      <ul class="pond-list">
        ${names.map((name) => this.#line(name, name === current))}
      </ul>
      <fieldset>
        <legend>New pond</legend>
        <label>Name<input name="pond-name" type="text" autocomplete="off" maxlength="80" /></label>
        <label>Kept
          <select name="pond-storage">
            <option value="">where this browser is fastest</option>
            <option value="indexeddb">in the browser's database only</option>
            <option value="memory">in memory, until the page is closed</option>
          </select>
        </label>
        <button type="button" value="confirm" class="primary" @click=${() => void this.#make()}>
          Make and open it
        </button>
      </fieldset>
      <div class="actions"><button type="submit" value="">Close</button></div>
    `;
  }

  #line(name: string, isCurrent: boolean): TemplateResult {
    return html`<li>
      <span class="pond-label">${name}${isCurrent ? html` <span class="badge">open</span>` : nothing}</span>
      ${
        isCurrent
          ? nothing
          : html`<button
              type="button"
              aria-label="Open the pond ${name}"
              @click=${() => void this.#open(name)}
            >Open</button>`
      }
      <button
        type="button"
        class="plain"
        aria-label="Delete the pond ${name}"
        @click=${() => void this.#delete(name, isCurrent)}
      >Delete</button>
    </li>`;
  }

  async #make(): Promise<void> {
    const field = this.#dialog.querySelector<HTMLInputElement>("[name=pond-name]");
    const mode = this.#dialog.querySelector<HTMLSelectElement>("[name=pond-storage]")?.value;
    const name = field?.value.trim() ?? "";
    if (name === "") {
      field?.setCustomValidity("Give it a name");
      field?.reportValidity();
      field?.setCustomValidity("");
      return;
    }
    await this.#open(name, mode ? (mode as StorageMode) : undefined);
  }

  async #open(name: string, storage?: StorageMode): Promise<void> {
    this.#dialog.close();
    try {
      await this.#explorer.openPond(name, storage ? { storage } : {});
      this.#explorer.announce(`The pond ${name} is open`);
    } catch (error) {
      this.#explorer.fail(error, `Could not open the pond “${name}”`);
    }
  }

  /** Deletes a pond with its history, which frees its bytes; the open one is made anew, empty. */
  async #delete(name: string, isCurrent: boolean): Promise<void> {
    const consequence =
      "All its files and their history leave this browser, and cannot be brought back.";
    if (!(await confirmDeletion(`Delete the pond “${name}”?`, consequence, "Delete for good")))
      return;
    try {
      if (isCurrent) await this.#explorer.close();
      await deletePond(name);
      if (isCurrent) await this.#explorer.openPond(DEFAULT_POND);
      this.#explorer.announce(`The pond ${name} is deleted`);
      await this.show();
    } catch (error) {
      this.#dialog.close();
      this.#explorer.fail(error, `Could not delete the pond “${name}”`);
      if (isCurrent && !this.#explorer.context) await this.#open(name); // it is still there
    }
  }
}
