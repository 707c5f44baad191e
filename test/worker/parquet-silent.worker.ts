import { serve } from "../../src/worker/remote.ts";

// Starts, and then answers nothing.
const never = () => new Promise(() => {});

serve({ describe: never, encode: never, openReader: never });
