import { recordError } from "../../../src/tinyfs/errors.ts";
import { FaultInjector, type FaultPlan } from "../fault-injector.ts";
import { decoratePage } from "../idb-faults.ts";
import { type PondState, readState } from "../pond-state.ts";
import { REMOVED_PATHS, scenarios } from "../scenarios.ts";
import type { WorkerOrder, WorkerReport } from "../storage-fault.worker.ts";
import { openTestPond, type TestPond } from "../test-pond.ts";

/** What a step of a scenario came to, as its page saw it. */
export interface Outcome {
  readonly isAcknowledged: boolean;
  readonly hasStruck: boolean;
  readonly error?: Readonly<Record<string, unknown>>;
  /** How often each fault point was passed. */
  readonly counts: Record<string, number>;
  /** What this page can read afterwards; missing where the worker is dead. */
  readonly state?: PondState;
}

type CountedReport = Extract<WorkerReport, { fault: "counted" }>;

/** What is run in this page. */
export interface Request {
  readonly pond: string;
  readonly scenario: string;
  readonly plan?: FaultPlan | undefined;
}

/** What this page tells its parent, if it has one. */
export interface Parent {
  victimStruck(plan: FaultPlan): void;
}

const injector = new FaultInjector();
const parentHost: Partial<Parent> = parent === window ? {} : (parent as unknown as Parent);
let worker: Worker | undefined;
let hasInterrupted = false;
let request: Request;

decoratePage(injector, interrupt);
Object.assign(window, { runVictim });

async function runVictim(asked: Request): Promise<Outcome> {
  request = asked;
  const { pond: name, plan } = asked;
  const { run, options, withoutSyncHandles = false } = scenarios[asked.scenario]!;
  const makeWorker = () => startWorker(withoutSyncHandles);
  const isOpening = run === undefined;
  if (isOpening) injector.start(plan);
  let pond: TestPond | undefined;
  let error: unknown;
  try {
    pond = await openTestPond(name, { ...options, makeWorker, mustExist: true });
    if (run) {
      injector.start(plan);
      order({ fault: "start", plan });
      await run(pond);
    }
    const acknowledged = injector.pass("acknowledged");
    if (acknowledged) interrupt(acknowledged);
  } catch (thrown) {
    error = thrown;
  }
  injector.stop();
  const ofWorker = await countsOfWorker();
  // Where opening fails the product ends its worker, which then cannot say why; without a fault it does not.
  const hasStruckWorker = ofWorker?.hasStruck ?? (isOpening && error !== undefined);
  const outcome: Outcome = {
    isAcknowledged: error === undefined,
    hasStruck: injector.hasStruck || hasInterrupted || hasStruckWorker,
    counts: { ...injector.counts(), ...ofWorker?.counts },
    ...(error !== undefined && { error: describe(error) }),
    ...(pond && ofWorker && { state: await readState(pond, REMOVED_PATHS) }),
  };
  await pond?.[Symbol.asyncDispose]();
  return outcome;
}

function describe(error: unknown): Record<string, unknown> {
  const { name, message, fields } = recordError(error);
  return { name, message, ...fields };
}

function startWorker(withoutSyncHandles: boolean): Worker {
  worker = new Worker(new URL("../storage-fault.worker.ts", import.meta.url), {
    type: "module",
  });
  if (withoutSyncHandles) order({ fault: "without sync handles" });
  worker.addEventListener("message", ({ data }: MessageEvent<WorkerReport>) => {
    if (data.fault === "interrupt") interrupt(data.plan);
  });
  // Where opening is the step, the fault may strike before the page can say more.
  if (scenarios[request.scenario]?.run === undefined) order({ fault: "start", plan: request.plan });
  return worker;
}

function order(message: WorkerOrder): void {
  worker?.postMessage(message);
}

/** What the worker has counted, or `undefined` where it does not answer any more. */
async function countsOfWorker() {
  if (!worker) return { counts: {}, hasStruck: false };
  const asked = worker;
  return new Promise<CountedReport | undefined>((resolve) => {
    asked.addEventListener("message", ({ data }: MessageEvent<WorkerReport>) => {
      if (data.fault === "counted") resolve(data);
    });
    order({ fault: "stop" });
    setTimeout(() => resolve(undefined), 1000); // a dead worker says nothing
  });
}

/** Ends what the plan says; a worker that asks for it stands still meanwhile. */
function interrupt(plan: FaultPlan): void {
  hasInterrupted = true;
  parentHost.victimStruck?.(plan);
  if (plan.kind === "terminate") worker?.terminate();
  if (plan.kind === "close") {
    frameElement?.remove();
    throw new Error("The page was closed");
  }
  if (plan.kind === "crash" || plan.kind === "kill") {
    const call = new XMLHttpRequest();
    call.open("GET", `/stop/${plan.kind}`, false);
    call.send();
  }
}
