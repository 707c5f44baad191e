import "../symbols.ts";
import { HashService } from "./hash-service.ts";
import { HASH_THREAD_NAME, HashThread } from "./hash-thread.ts";
import { serve } from "./remote.ts";
import { StorageEngine } from "./storage-engine.ts";

// The engine starts this script once more for hashing, and tells it so by the name.
const isHashThread = self.name === HASH_THREAD_NAME;
serve(isHashThread ? new HashService() : new StorageEngine(HashThread.ofThisScript()));
