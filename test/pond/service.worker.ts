import { openPond } from "../../src/index.ts";

// Tries to open a pond in a Service Worker, and says what came of it.
addEventListener("message", (event) => {
  const [port] = event.ports;
  openPond("in-service-worker").then(
    (pond) => port?.postMessage(pond.storage.mode),
    ({ code }) => port?.postMessage(code),
  );
});
