import { type ErrorCode, type ErrorDetails, isTinyFSError, type TinyFSError } from "tinypond";

/** An error for people: what happened, what to do next, and the code to search for. */
export interface Explanation {
  readonly reason: string;
  readonly advice: string;
  readonly code: string;
}

/** The file ends in .arrow or .feather and cannot be read as that. */
export class ArrowFileError extends Error {
  override readonly name = "ArrowFileError";
}

/** A file could not be fetched: the message is the status, or that of the network. */
export class FetchError extends Error {
  override readonly name = "FetchError";
}

type Words = Pick<Explanation, "reason" | "advice">;

const KNOWN_CODES: Partial<Record<ErrorCode, Words>> = {
  NOT_PARQUET: {
    reason: "this is not a readable Parquet file",
    advice:
      "Nothing was stored. Check that the file is complete and was saved as Parquet; CSV and Arrow files are told apart by their file ending.",
  },
  PARQUET_READ_FAILED: {
    reason: "the Parquet file cannot be decoded",
    advice: "Open it in the program that wrote it and save it again, then import that file.",
  },
  UNSUPPORTED_TYPE: {
    reason: "a column has a type that cannot be stored",
    advice: "Convert the column, for example to text or to a number, and import the file again.",
  },
  SCHEMA_MISMATCH: {
    reason: "the rows do not all have the same columns",
    advice: "Nothing was stored. Check that every part of the file has the same columns and types.",
  },
  EMPTY_TABLE: {
    reason: "the file has no columns or no rows to store",
    advice: "Check that it is the file you meant.",
  },
  EMPTY_STREAM: {
    reason: "the file has no rows to store",
    advice: "Check that it is the file you meant.",
  },
  QUOTA: {
    reason: "the browser has no room left for it",
    advice:
      "Nothing was stored. Free space on this device, or in Storage drop old versions with “Vacuum”: what is deleted stays in the pond's history until then.",
  },
  STORAGE_UNAVAILABLE: {
    reason: "the browser does not let this page store data",
    advice:
      "Close other tabs with this page. Private windows and some settings forbid storage too: try a normal window, over https or on localhost, in a current browser.",
  },
  ALREADY_EXISTS: {
    reason: "there is something of that name already",
    advice: "Choose another name, or another folder.",
  },
  NOT_FOUND: {
    reason: "it is not there",
    advice: "It was moved or deleted, perhaps in another tab, or the path has a mistake in it.",
  },
  WRONG_ENTRY_TYPE: {
    reason: "this is no table, so it has no rows to show",
    advice: "Its bytes can be shown and downloaded.",
  },
  INVALID_PATH: {
    reason: "that name or place is not possible",
    advice:
      "A folder cannot go into itself, and names are not empty, too long, or with a / in them.",
  },
  NOT_A_DIRECTORY: {
    reason: "a part of the path is no folder",
    advice: "Choose the path of a folder that is there.",
  },
  NOT_EMPTY: {
    reason: "a folder of that name is there, and it holds something",
    advice: "Choose another name, or move what it holds.",
  },
  SYMLINK_LOOP: {
    reason: "its links lead in a circle",
    advice: "Delete one of the links, and make it again with another target.",
  },
  CONFLICT: {
    reason: "another tab changed the same thing at the same moment",
    advice: "Look at what is there now, and do it again.",
  },
  HISTORY_TRUNCATED: {
    reason: "that part of the history has been dropped",
    advice: "Choose a later commit. A tag keeps what a commit shows.",
  },
  VERSION_PRUNED: {
    reason: "that version has been dropped",
    advice: "Choose a later version. A tag keeps what a commit shows.",
  },
  ALREADY_BEING_WRITTEN: {
    reason: "the file is being written, perhaps in another tab",
    advice: "Wait until that has ended, and try again.",
  },
  POND_MISSING: {
    reason: "the pond was deleted",
    advice: "Open another pond, or make one of that name again.",
  },
  CORRUPT_BLOB: {
    reason: "the stored bytes are damaged",
    advice: "Other datasets are not affected. Delete this one and import its file again.",
  },
  LARGE_FILE_NOT_FOUND: {
    reason: "the stored bytes are missing",
    advice: "Other datasets are not affected. Delete this one and import its file again.",
  },
  WORKER_START: {
    reason: "a part of the page did not load",
    advice: "Check the connection and reload the page.",
  },
  WORKER_DIED: {
    reason: "the work was too much for the browser and was stopped",
    advice: "Stored datasets are safe. Close other tabs and try again.",
  },
  FORMAT_CHANGED: {
    reason: "another tab has a newer version of this page",
    advice: "Reload this page.",
  },
  POND_CLOSED: { reason: "the pond is closed", advice: "Reload this page." },
};

/** Where a text file is wrong, and how, if that is known: the message ends with it. */
function placeInFile(error: TinyFSError): Partial<Words> {
  const { line }: ErrorDetails = error;
  if (line === undefined) return {};
  const reason = error.message.slice(Math.max(0, error.message.indexOf(`line ${line}`)));
  return { reason, advice: "Nothing was stored. Correct the file there, and import it again." };
}

/** Puts any error into words. What is not known is shown as it is, never hidden. */
export function explainError(error: unknown): Explanation {
  if (isTinyFSError(error)) {
    const words = KNOWN_CODES[error.code] ?? {
      reason: error.message,
      advice: "Try again. If it stays, reload the page.",
    };
    return { ...words, ...placeInFile(error), code: error.code };
  }
  if (error instanceof ArrowFileError) {
    return {
      reason: "this is not an Arrow file that can be read",
      advice:
        "Nothing was stored. Check that the file is complete; a compressed Feather file must be saved without compression, or as Parquet.",
      code: error.name,
    };
  }
  if (error instanceof FetchError) {
    return {
      reason: "the file did not arrive",
      advice:
        error.message === "NetworkError"
          ? "Check the address and the connection. A file of another server comes only where that server allows it (CORS): else download it, and drop it here."
          : "Check the address: the server answered that it does not give this file.",
      code: error.message,
    };
  }
  if (error instanceof DOMException && ["NotReadableError", "NotFoundError"].includes(error.name)) {
    return {
      reason: "the file cannot be read",
      advice: "It was changed, moved or is a folder. Choose it again.",
      code: error.name,
    };
  }
  const { name, message } = error instanceof Error ? error : new Error(String(error));
  return { reason: message, advice: "Check the file and try again.", code: name };
}
