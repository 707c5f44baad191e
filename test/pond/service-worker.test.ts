import { expect } from "chai";

describe("the library in a Service Worker", () => {
  it("is loaded, and refuses by name what it cannot do there", async function () {
    const registration = await register();
    if (!registration) return this.skip();

    const answer = await ask(registration);
    await registration.unregister();

    expect(answer).equal("WORKER_START");
  });
});

/** None where there are no Service Workers, or none that are modules. */
async function register(): Promise<ServiceWorkerRegistration | undefined> {
  const url = new URL("./service.worker.ts", import.meta.url);
  try {
    return await navigator.serviceWorker.register(url, { type: "module" });
  } catch (error) {
    if (isRefused(error)) return undefined;
    throw error;
  }
}

function isRefused(error: unknown): boolean {
  // A script that throws is a TypeError in all browsers, and one that says so.
  return error instanceof TypeError ? !/evaluat|threw/i.test(error.message) : true;
}

function ask({ installing, waiting, active }: ServiceWorkerRegistration): Promise<unknown> {
  const { port1, port2 } = new MessageChannel();
  return new Promise((resolve) => {
    port1.onmessage = ({ data }) => resolve(data);
    (installing ?? waiting ?? active)?.postMessage(undefined, [port2]);
  });
}
