import { openMemoryPond } from "../arrow/memory-pond.ts";
import { describeCsv } from "./csv-contract.ts";

describeCsv("memory", openMemoryPond);
