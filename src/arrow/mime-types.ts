const TEXT = "text/";
const IMAGE = "image/";
const APPLICATION = "application/";

/** By the ending of a name, in lower case. */
const types: Readonly<Record<string, string>> = {
  arrow: `${APPLICATION}vnd.apache.arrow.file`,
  csv: `${TEXT}csv`,
  gif: `${IMAGE}gif`,
  html: `${TEXT}html`,
  jpeg: `${IMAGE}jpeg`,
  jpg: `${IMAGE}jpeg`,
  json: `${APPLICATION}json`,
  md: `${TEXT}markdown`,
  parquet: `${APPLICATION}vnd.apache.parquet`,
  pdf: `${APPLICATION}pdf`,
  png: `${IMAGE}png`,
  svg: `${IMAGE}svg+xml`,
  tsv: `${TEXT}tab-separated-values`,
  txt: `${TEXT}plain`,
  webp: `${IMAGE}webp`,
  xml: `${APPLICATION}xml`,
};

/** The media type of a file of this name. */
export function mimeTypeOf(name: string): string {
  const ending = name.slice(name.lastIndexOf(".") + 1).toLowerCase();
  return (Object.hasOwn(types, ending) && types[ending]) || `${APPLICATION}octet-stream`;
}
