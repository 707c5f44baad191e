import { byId } from "./element.ts";

/** Asks before something is lost. Escape and every other way out mean no. */
export function confirmDeletion(question: string, consequence: string): Promise<boolean> {
  const dialog = byId("confirm", HTMLDialogElement);
  byId("confirm-heading", HTMLElement).textContent = question;
  byId("confirm-text", HTMLElement).textContent = consequence;
  dialog.returnValue = "";
  dialog.showModal();
  return new Promise((resolve) => {
    const onClose = () => resolve(dialog.returnValue === "confirm");
    dialog.addEventListener("close", onClose, { once: true });
  });
}
