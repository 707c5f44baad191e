/** Text that may stand in a page. */
export function escapeHtml(text) {
  const names = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
  return String(text).replace(/[&<>"]/g, (sign) => names[sign]);
}

/** A table: cells are HTML. */
export function table(head, rows, className) {
  const line = (cells, tag) =>
    `<tr>${cells.map((cell) => `<${tag}>${cell}</${tag}>`).join("")}</tr>`;
  return `<table class="${className}"><thead>${line(head, "th")}</thead><tbody>${rows
    .map((row) => line(row, "td"))
    .join("")}</tbody></table>`;
}
