import type { Pond } from "tinypond";
import { parentOf } from "../frame/paths.ts";

/** The folder above a path that is there: at least the root. */
export async function nearestFolder(root: Pond["root"], path: string): Promise<string> {
  const above = parentOf(path);
  return above === "/" || (await root.exists(above)) ? above : nearestFolder(root, above);
}
