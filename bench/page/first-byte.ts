// A page of its own for the task first-byte: tells its parent the milliseconds from `import()` to the first byte.
const POND = "bench-first-byte-page";

const start = performance.now();
const { deletePond, openPond } = await import("tinypond");
const pond = await openPond(POND);
await pond.root.writeFile("/first", new Uint8Array([1]));
const time = performance.now() - start;
await pond.close();
await deletePond(POND);
parent.postMessage(time, "*");

export {}; // a module: it has no static import
