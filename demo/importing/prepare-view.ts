/** Fetches what shows a dataset while one is taken in: whoever imports it looks at it next. */
export function prepareView(): void {
  const parts = [import("../views/dataset-view.ts"), import("../views/dataset/rows-panel.ts")];
  Promise.all(parts).catch(() => {}); // they are asked for again by the view, which tells of it
}
