import { deletePond, type Pond } from "tinypond";
import { confirmDeletion } from "./confirm.ts";
import { showError } from "./notices.ts";

/** Deletes the pond with its history, which frees its bytes, and starts the page anew. */
export async function deleteEverything(pond: Pond): Promise<void> {
  const consequence =
    "All datasets and their history leave this browser, and cannot be brought back.";
  if (!(await confirmDeletion("Delete everything?", consequence))) return;
  try {
    await pond.close();
    await deletePond(pond.name);
    location.reload();
  } catch (error) {
    showError("Could not delete everything", error);
  }
}
