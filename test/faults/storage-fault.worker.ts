// The product's own script, as it is. Nothing runs of it before the first message comes.
import "../../src/worker/storage.worker.ts";
import { FaultInjector, type FaultPlan } from "./fault-injector.ts";
import { decorateFiles } from "./opfs-faults.ts";

/** What the page tells this worker beside the calls of the product. */
export type WorkerOrder =
  | { readonly fault: "without sync handles" }
  | { readonly fault: "start"; readonly plan: FaultPlan | undefined }
  | { readonly fault: "stop" };

/** What this worker tells the page. */
export type WorkerReport =
  | {
      readonly fault: "counted";
      readonly counts: Record<string, number>;
      readonly hasStruck: boolean;
    }
  | { readonly fault: "interrupt"; readonly plan: FaultPlan };

const injector = new FaultInjector();

// The product's calls come by the same way, and neither takes the other's for its own.
addEventListener("message", ({ data: order }: MessageEvent<WorkerOrder>) => {
  if (order.fault === "start") injector.start(order.plan);
  else if (order.fault === "without sync handles") refuseSyncHandles();
  else if (order.fault === "stop") {
    injector.stop();
    report({ fault: "counted", counts: injector.counts(), hasStruck: injector.hasStruck });
  }
});

decorateFiles(injector, interrupt);

function interrupt(plan: FaultPlan): never {
  report({ fault: "interrupt", plan });
  block(plan.kind);
}

function report(message: WorkerReport): void {
  postMessage(message);
}

/** Stops this thread in the middle of what it does, until something ends it. */
function block(kind: string): never {
  const request = new XMLHttpRequest();
  request.open("GET", `/stop/${kind}`, false);
  request.send();
  throw new Error("The server has answered, and was not to");
}

/** As in WebKitGTK: the engine finds that out by itself, and writes with `createWritable`. */
function refuseSyncHandles(): void {
  FileSystemFileHandle.prototype.createSyncAccessHandle = () =>
    Promise.reject(new DOMException("A browser without sync handles", "NotSupportedError"));
}
