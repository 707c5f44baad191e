import { button, byId, element } from "./element.ts";
import { explainError } from "./explain-error.ts";

/** Says something to a screen reader, where others see it happen. */
export function announce(text: string): void {
  byId("announcer", HTMLElement).textContent = text;
}

/** Shows an error in words, with what to do next, until it is dismissed. */
export function showError(attempt: string, error: unknown): void {
  const { reason, advice, code } = explainError(error);
  const words = element("div", { attributes: { role: "alert" } });
  addNotice("notice", attempt, words, []);
  words.append(
    element("p", { class: "notice-title", text: `${attempt}: ${reason}` }),
    element("p", { text: advice }),
    element("p", { class: "notice-code", text: code }),
  );
}

/** Shows that something was done, and a way to undo it. */
export function showDone(text: string, onUndo: () => void): void {
  announce(text);
  const words = element("div", {}, [element("p", { class: "notice-title", text })]);
  const undo = button("Undo", () => {
    notice.remove();
    onUndo();
  });
  const notice = addNotice("notice done", text, words, [undo]);
}

function addNotice(
  className: string,
  subject: string,
  words: HTMLElement,
  actions: readonly HTMLElement[],
): HTMLElement {
  const dismiss = button("Dismiss", () => notice.remove(), {
    class: "plain",
    attributes: { "aria-label": `Dismiss: ${subject}` },
  });
  const notice = element("div", { class: className }, [
    words,
    element("div", { class: "notice-actions" }, [...actions, dismiss]),
  ]);
  byId("notices", HTMLElement).append(notice);
  return notice;
}
