// Types of a page's document, for users whose compiler may know Workers only: naming `Document` outright would be
// an error in their projects.

/** `Document`, where the compiler knows pages. */
export type PageDocument =
  typeof globalThis extends Record<"Document", Record<"prototype", infer Known>> ? Known : never;

/** `HTMLImageElement`, where the compiler knows pages. */
export type PageImage =
  typeof globalThis extends Record<"HTMLImageElement", Record<"prototype", infer Known>>
    ? Known
    : never;

/** What a browser reads as a document: the types of `DOMParser`. */
export type DocumentType =
  | "application/xhtml+xml"
  | "application/xml"
  | "image/svg+xml"
  | "text/html"
  | "text/xml";
