import "../symbols.ts";
import { serve } from "./remote.ts";
import { StorageEngine } from "./storage-engine.ts";

serve(new StorageEngine());
