import { html, nothing, render, type TemplateResult } from "lit";

/** A question with one line of text as its answer. */
export interface TextQuestion {
  readonly title: string;
  readonly label: string;
  readonly value?: string;
  readonly confirm: string;
  /** Further words below the field. */
  readonly hint?: string;
  /** Offered while typing. */
  readonly suggestions?: readonly string[];
  /** Another field, below the first. */
  readonly second?: { readonly label: string; readonly value?: string };
  /** Says why an answer cannot be taken. */
  readonly check?: (value: string) => string | undefined;
}

/** Asks for a text; undefined when it is not given. The second is that of the second field. */
export async function askText(
  question: TextQuestion,
): Promise<readonly [string, string] | undefined> {
  const { title, label, value = "", confirm, hint, suggestions, second, check } = question;
  const dialog = openDialog(html`
    <h2 id="dialog-heading">${title}</h2>
    <label>${label}
      <input
        name="answer"
        type="text"
        required
        autofocus
        autocomplete="off"
        spellcheck="false"
        list=${suggestions ? "dialog-suggestions" : nothing}
        .value=${value}
        @input=${(event: InputEvent) => {
          const input = event.target as HTMLInputElement;
          input.setCustomValidity(check?.(input.value) ?? "");
        }}
      />
    </label>
    ${
      suggestions
        ? html`<datalist id="dialog-suggestions">
          ${suggestions.map((text) => html`<option value=${text}></option>`)}
        </datalist>`
        : nothing
    }
    ${
      second
        ? html`<label>${second.label}
          <input name="second" type="text" required autocomplete="off" .value=${second.value ?? ""} />
        </label>`
        : nothing
    }
    ${hint === undefined ? nothing : html`<p class="quiet">${hint}</p>`}
    <div class="actions">
      <button type="submit" value="" formnovalidate>Cancel</button>
      <button type="submit" value="confirm" class="primary">${confirm}</button>
    </div>
  `);
  const input = dialog.querySelector<HTMLInputElement>("[name=answer]");
  const stem = value.lastIndexOf(".");
  input?.setSelectionRange(0, stem > 0 ? stem : value.length);
  const isConfirmed = await closed(dialog);
  const other = dialog.querySelector<HTMLInputElement>("[name=second]");
  dialog.remove();
  return isConfirmed ? [input?.value ?? "", other?.value ?? ""] : undefined;
}

/** Asks before something is lost. Escape and every other way out mean no. */
export async function confirmDeletion(
  title: string,
  consequence: string,
  confirm = "Delete",
): Promise<boolean> {
  const dialog = openDialog(html`
    <h2 id="dialog-heading">${title}</h2>
    <p>${consequence}</p>
    <div class="actions">
      <button type="submit" value="" autofocus>Keep it</button>
      <button type="submit" value="confirm" class="danger">${confirm}</button>
    </div>
  `);
  const isConfirmed = await closed(dialog);
  dialog.remove();
  return isConfirmed;
}

/** Shows a dialog around its content, over the whole page. Whoever opens it removes it. */
export function openDialog(content: TemplateResult, className = ""): HTMLDialogElement {
  const dialog = document.createElement("dialog");
  dialog.className = `dialog ${className}`;
  dialog.setAttribute("aria-labelledby", "dialog-heading");
  render(html`<form method="dialog">${content}</form>`, dialog);
  document.body.append(dialog);
  // Enter in a field presses the first button of a form; it is the last that goes on.
  dialog.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.target instanceof HTMLInputElement)) return;
    const confirm = dialog.querySelector<HTMLButtonElement>("button[value=confirm]");
    if (!confirm) return;
    event.preventDefault();
    confirm.click();
  });
  dialog.showModal();
  return dialog;
}

/** Waits for a dialog to be closed, and says whether it was confirmed. */
function closed(dialog: HTMLDialogElement): Promise<boolean> {
  return new Promise((resolve) => {
    const onClose = () => resolve(dialog.returnValue === "confirm");
    dialog.addEventListener("close", onClose, { once: true });
  });
}
