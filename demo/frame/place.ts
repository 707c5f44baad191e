/** The parts of the explorer, in the order of their tabs. */
export const TABS = ["files", "history", "storage", "console"] as const;

/** A part of the explorer. */
export type TabName = (typeof TABS)[number];

/** What is shown, as the address says it: so a reload, a bookmark and the way back lead to it again. */
export interface Place {
  readonly pond: string;
  readonly tab: TabName;
  /** The directory or the file that the files show. */
  readonly path: string;
  /** The commit that is shown; undefined for the present. */
  readonly at?: number | undefined;
}

/** The pond that the page opens when no other is asked for. */
export const DEFAULT_POND = "demo";

/** Reads the part of an address behind "#". What it does not say, or says wrongly, is the default. */
export function parsePlace(hash: string): Place {
  const parameters = new URLSearchParams(hash.replace(/^#/, ""));
  const tab = TABS.find((name) => name === parameters.get("tab")) ?? "files";
  const path = parameters.get("path") ?? "/";
  const at = parameters.get("at");
  return {
    pond: parameters.get("pond") || DEFAULT_POND,
    tab,
    path: path.startsWith("/") ? path : `/${path}`,
    at: at !== null && /^\d+$/.test(at) ? Number(at) : undefined,
  };
}

/** The other way round; defaults are left out. */
export function formatPlace({ pond, tab, path, at }: Place): string {
  const parameters = new URLSearchParams();
  if (pond !== DEFAULT_POND) parameters.set("pond", pond);
  if (tab !== "files") parameters.set("tab", tab);
  if (path !== "/") parameters.set("path", path);
  if (at !== undefined) parameters.set("at", String(at));
  return `#${parameters.toString().replaceAll("%2F", "/")}`;
}
