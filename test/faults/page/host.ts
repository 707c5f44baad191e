import { deletePond } from "../../../src/pond.ts";
import type { FaultPlan } from "../fault-injector.ts";
import { fillStore } from "../full-store.ts";
import { leftoversOf, listRaw } from "../leftovers.ts";
import { differences, type PondState, readState } from "../pond-state.ts";
import { bytesOf, preparePond, REMOVED_PATHS, type Scenario, scenarios } from "../scenarios.ts";
import { openTestPond, type TestPond } from "../test-pond.ts";
import type { Outcome, Parent, Request } from "./victim.ts";

/** How long a step may take, a second of retries and a worker's end included. */
const STEP_TIMEOUT_MS = 20_000;

/** What is known of a scenario when no fault strikes. */
export interface Recording {
  readonly before: PondState;
  readonly after: PondState;
  readonly counts: Record<string, number>;
}

/** One cell of the matrix. */
export interface Cell {
  readonly scenario: string;
  readonly plan: FaultPlan;
}

/** What a cell came to. */
export interface Verdict {
  /** Empty where everything held. */
  readonly faults: string[];
  /** What the step said, for the report: `acknowledged`, `QUOTA`, `interrupted`. */
  readonly outcome: string;
}

const recordings = new Map<string, Recording>();

Object.assign(window, {
  faultHost: { listScenarios, record, runCell, prepare, verify, setRecording, runFullStore },
});

function listScenarios(): string[] {
  return Object.keys(scenarios);
}

/** Runs a scenario without a fault. */
async function record(scenario: string): Promise<Recording> {
  let pond = await prepare(scenario);
  const before = await stateOf(pond, scenarioOf(scenario));
  if (!scenarioOf(scenario).run) {
    // To look was to open it: what opening clears away, or migrates, is there no more.
    await deletePond(pond);
    pond = await prepare(scenario);
  }
  const outcome = await inFrame({ pond, scenario });
  if (outcome === "interrupted" || !outcome.isAcknowledged) {
    throw new Error(`"${scenario}" fails by itself: ${JSON.stringify(outcome)}`);
  }
  const after = await stateOf(pond, scenarioOf(scenario));
  await deletePond(pond);
  const recording = { before, after, counts: outcome.counts };
  recordings.set(scenario, recording);
  return recording;
}

/** After a restart of the browser. */
function setRecording(scenario: string, recording: Recording): void {
  recordings.set(scenario, recording);
}

/** Fills the store. The browser has been told to give this origin 24 MiB. */
async function runFullStore(): Promise<Verdict> {
  const name = "full-store";
  const faults: string[] = [];
  try {
    faults.push(...(await fillStore(() => openTestPond(name, { makeWorker }))));
  } catch (error) {
    faults.push(String(error));
  }
  await deletePond(name);
  return { faults, outcome: "QUOTA" };
}

/** Runs a cell whose fault neither this page nor the browser dies of. */
async function runCell(cell: Cell): Promise<Verdict> {
  const { scenario, plan } = cell;
  const pond = await prepare(scenario);
  let outcome: Outcome | "interrupted";
  try {
    outcome = await inFrame({ pond, scenario, plan }, async () => {
      await using beside = await open(pond, scenarioOf(scenario));
      const { before, after } = recordings.get(scenario)!;
      const faults = notAs(await readState(beside, REMOVED_PATHS), [before, after], scenario);
      if (faults.length > 0) throw new Error(`beside a tab that hangs: ${faults.join("; ")}`);
    });
  } catch (error) {
    return { faults: [String(error)], outcome: "none" };
  }
  return verify(pond, cell, outcome);
}

async function prepare(scenario: string): Promise<string> {
  const name = `fault-${crypto.randomUUID()}`;
  await preparePond(name, scenarioOf(scenario), makeWorker);
  return name;
}

/** Says all that is not as promised. */
async function verify(
  name: string,
  { scenario, plan }: Cell,
  outcome: Outcome | "interrupted",
): Promise<Verdict> {
  const faults: string[] = [];
  try {
    faults.push(...(outcome === "interrupted" ? [] : judgeOutcome(outcome, scenario, plan)));
    await untilUnlocked(name);
    faults.push(...(await judgePond(name, scenario, plan, outcome)));
    await deletePond(name);
  } catch (error) {
    faults.push(`the pond is out of order: ${String(error)}`);
  }
  return { faults, outcome: describe(outcome) };
}

function describe(outcome: Outcome | "interrupted"): string {
  if (outcome === "interrupted") return outcome;
  if (outcome.isAcknowledged) return "acknowledged";
  return String(outcome.error?.["code"] ?? outcome.error?.["name"]);
}

/** What the struck page itself must have seen. */
function judgeOutcome(outcome: Outcome, scenario: string, plan: FaultPlan): string[] {
  const { error, state, isAcknowledged, hasStruck } = outcome;
  const faults: string[] = [];
  const recording = recordings.get(scenario)!;
  if (!hasStruck) faults.push("the fault did not strike");
  if (error && error["code"] === undefined) faults.push(`no code: ${JSON.stringify(error)}`);
  if (error && plan.kind === "quota" && error["code"] !== "QUOTA") {
    faults.push(`a full store is ${JSON.stringify(error)}`);
  }
  if (error?.["code"] === "QUOTA") {
    for (const field of ["needed", "free", "reclaimable"]) {
      if (typeof error[field] !== "number") faults.push(`QUOTA without ${field}`);
    }
  }
  if (state && isAcknowledged) faults.push(...notAs(state, [recording.after], scenario));
  if (state && !isAcknowledged) faults.push(...notAs(state, [recording.before], scenario));
  return faults.map((text) => `in the same page: ${text}`);
}

/** What everybody must see who opens the pond afterwards. */
async function judgePond(
  name: string,
  scenario: string,
  plan: FaultPlan,
  outcome: Outcome | "interrupted",
): Promise<string[]> {
  const { before, after } = recordings.get(scenario)!;
  const wasPromised =
    plan.point === "acknowledged" || (outcome !== "interrupted" && outcome.isAcknowledged);
  const wasRefused = outcome !== "interrupted" && !outcome.isAcknowledged && !isUnknown(outcome);
  const allowed = wasPromised ? [after] : wasRefused ? [before] : [before, after];
  const faults: string[] = [];
  {
    await using pond = await open(name, scenarioOf(scenario));
    faults.push(...notAs(await readState(pond, REMOVED_PATHS), allowed, scenario));
    await pond.backend.gc();
    faults.push(...(await writeAnew(pond)));
    const { findings } = await pond.backend.check({ deep: true }).catch(notThereYet);
    faults.push(...findings.map((finding) => `check: ${finding.kind}: ${finding.message}`));
  }
  if (scenarioOf(scenario).options?.storage !== "indexeddb") {
    faults.push(...leftoversOf(await listRaw(name)));
  }
  return faults;
}

function notThereYet(error: unknown): { findings: { kind: string; message: string }[] } {
  if (String(error).includes("Not there yet")) return { findings: [] };
  return { findings: [{ kind: "failed", message: String(error) }] };
}

function isUnknown({ error }: Outcome): boolean {
  return error?.["code"] === "COMMIT_UNKNOWN";
}

/** How a state differs from all that are allowed: from the nearest, in up to four lines. */
function notAs(found: PondState, allowed: readonly PondState[], scenario: string): string[] {
  if (scenarioOf(scenario).isGradual) return notBetween(found, scenario);
  const all = allowed.map((state) => differences(found, state));
  const nearest = all.reduce((least, next) => (next.length < least.length ? next : least));
  return nearest.slice(0, 4);
}

/** For work that goes step by step: what is current stays, and of the history some may be gone. */
function notBetween(found: PondState, scenario: string): string[] {
  const { before, after } = recordings.get(scenario)!;
  const kept = differences({ ...found, history: [], log: [] }, { ...after, history: [], log: [] });
  const known = new Set(before.history);
  const has = new Set(found.history);
  return [
    ...kept,
    ...found.history.filter((text) => !known.has(text)).map((text) => `history has "${text}"`),
    ...after.history.filter((text) => !has.has(text)).map((text) => `history lacks "${text}"`),
  ];
}

/** Whether the pond takes new files, small and large, and gives them back. */
async function writeAnew({ fs: { root } }: TestPond): Promise<string[]> {
  const faults: string[] = [];
  for (const size of [100, 90_000]) {
    const bytes = bytesOf(size, 99);
    await root.writeFile("/afterwards", bytes);
    const read = await root.readFile("/afterwards");
    if (String(read) !== String(bytes)) faults.push(`${size} new bytes come back as others`);
  }
  return faults;
}

async function stateOf(name: string, scenario: Scenario): Promise<PondState> {
  await using pond = await open(name, scenario);
  return await readState(pond, REMOVED_PATHS);
}

function open(name: string, { options }: Scenario): Promise<TestPond> {
  return openTestPond(name, { ...options, makeWorker, mustExist: true });
}

function scenarioOf(name: string): Scenario {
  const found = scenarios[name];
  if (!found) throw new TypeError(`There is no scenario "${name}"`);
  return found;
}

function makeWorker(): Worker {
  return new Worker(new URL("../../../src/worker/storage.worker.ts", import.meta.url), {
    type: "module",
  });
}

/** The browser frees the locks of a dead page a moment later; nothing is swept before. */
async function untilUnlocked(name: string): Promise<void> {
  const prefix = `tinypond/${encodeURIComponent(name)}/`;
  for (let tries = 0; tries < 250; tries += 1) {
    const { held = [] } = await navigator.locks.query();
    if (!held.some((lock) => lock.name?.startsWith(prefix))) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error("the locks of the dead page are held for 5 seconds");
}

/** Runs a step in a page of its own, which the fault may close. */
async function inFrame(
  request: Request,
  whileHanging: () => Promise<void> = async () => {},
): Promise<Outcome | "interrupted"> {
  const frame = document.createElement("iframe");
  frame.src = "./victim.html";
  const interrupted = new Promise<"interrupted">((resolve, reject) => {
    const parent: Parent = {
      victimStruck: ({ kind }) => {
        if (kind === "close") resolve("interrupted");
        if (kind === "hang") whileHanging().then(() => resolve("interrupted"), reject);
      },
    };
    Object.assign(window, parent);
  });
  const loaded = new Promise((resolve) => {
    frame.onload = resolve;
  });
  document.body.append(frame);
  let timer: ReturnType<typeof setTimeout> | undefined;
  try {
    await loaded;
    const late = new Promise<never>((_, reject) => {
      const say = () => reject(new Error(`no answer within ${STEP_TIMEOUT_MS} ms`));
      timer = setTimeout(say, STEP_TIMEOUT_MS);
    });
    const victim = frame.contentWindow as unknown as {
      runVictim(asked: Request): Promise<Outcome>;
    };
    const ran = victim.runVictim(request).then((outcome) => structuredClone(outcome));
    ran.catch(() => {}); // a page that is gone
    return await Promise.race([ran, interrupted, late]);
  } finally {
    clearTimeout(timer);
    frame.remove();
  }
}
