// Imported first by every entry and worker: WebKit has neither symbol yet, and `await using`
// compiles to look-ups of them.
for (const name of ["dispose", "asyncDispose"] as const) {
  if (!Symbol[name]) {
    Object.defineProperty(Symbol, name, { value: Symbol.for(`Symbol.${name}`) });
  }
}
