/** Runs `work` while nothing compiles from a string, as under a Content-Security-Policy without 'unsafe-eval'. */
export async function withoutEval<Result>(work: () => Promise<Result> | Result): Promise<Result> {
  const { Function: compile } = globalThis;
  const refused = () => {
    throw new EvalError("refused");
  };
  const refusing = new Proxy(compile, { construct: refused, apply: refused });
  Object.assign(globalThis, { Function: refusing });
  try {
    return await work();
  } finally {
    Object.assign(globalThis, { Function: compile });
  }
}
