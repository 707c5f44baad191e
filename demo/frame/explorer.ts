import { type CommitInfo, openPond, type Pond, type PondOptions } from "tinypond";
import type { ViewContext } from "../views/contract.ts";
import { Notices } from "./notices.ts";
import { DEFAULT_POND, formatPlace, type Place, parsePlace, type TabName } from "./place.ts";

type Root = Pond["root"];
type Snapshot = Awaited<ReturnType<Pond["snapshot"]>>;

/** What the explorer tells those that show it. */
export interface ExplorerEvents {
  /** What is shown has changed: pond, place, messages. */
  change: Event;
  /** Figures and listings are to be read again. */
  refresh: Event;
  /** A commit of this or another tab. */
  commit: CustomEvent<CommitInfo>;
  /** Something to be said to those who listen. */
  announce: CustomEvent<string>;
}

/** The state of the page: which pond is open, as of when, and what of it is shown. */
export class Explorer {
  readonly notices: Notices;
  readonly #events = new EventTarget();
  #place: Place;
  #pond: Pond | undefined;
  #snapshot: Snapshot | undefined;
  #context: ViewContext | undefined;
  #following = new AbortController();

  constructor(place: Place) {
    this.#place = place;
    this.notices = new Notices(() => this.#tell("change"));
  }

  get place(): Place {
    return this.#place;
  }

  /** The open pond for the views; undefined until it is open, or when it could not be. */
  get context(): ViewContext | undefined {
    return this.#context;
  }

  /** The commit that is shown while the explorer steps back in time. */
  get snapshot(): Snapshot | undefined {
    return this.#snapshot;
  }

  on<Name extends keyof ExplorerEvents>(
    name: Name,
    listener: (event: ExplorerEvents[Name]) => void,
    options?: AddEventListenerOptions,
  ): void {
    this.#events.addEventListener(name, listener as EventListener, options);
  }

  /**
   * Opens the pond of the place, in place of the one before. An address makes no pond but the first.
   * @throws what `openPond` throws
   */
  async open(options?: PondOptions): Promise<Pond> {
    await this.close();
    const { pond: name, at } = this.#place;
    const pond = await openPond(name, options ?? { mustExist: name !== DEFAULT_POND });
    this.#pond = pond;
    this.#following = new AbortController();
    void this.#follow(pond, this.#following.signal);
    await this.#step(pond, at);
    this.#tell("change");
    return pond;
  }

  /** Another pond, at its root. */
  async openPond(name: string, options: PondOptions = {}): Promise<Pond> {
    this.#go({ pond: name, tab: "files", path: "/" });
    return this.open(options);
  }

  async close(): Promise<void> {
    this.#following.abort();
    this.#context = undefined;
    await this.#leaveSnapshot();
    await this.#pond?.close();
    this.#pond = undefined;
    this.#tell("change");
  }

  showTab(tab: TabName): void {
    this.#go({ ...this.#place, tab });
  }

  openPath(path: string): void {
    this.#go({ ...this.#place, tab: "files", path });
  }

  /** Steps to a commit, or back to the present. */
  async goTo(at: number | undefined): Promise<void> {
    if (!this.#pond || at === this.#snapshot?.seq) return;
    await this.#step(this.#pond, at);
    this.#go({ ...this.#place, at: this.#snapshot?.seq });
  }

  /** Follows the address after the way back or forth. */
  async followAddress(): Promise<void> {
    const before = this.#place;
    this.#place = parsePlace(location.hash);
    if (this.#place.pond !== before.pond) await this.open();
    else if (this.#pond && this.#place.at !== before.at)
      await this.#step(this.#pond, this.#place.at);
    this.#tell("change");
  }

  announce(message: string): void {
    this.#events.dispatchEvent(new CustomEvent("announce", { detail: message }));
  }

  fail(error: unknown, doing: string): void {
    this.notices.fail(error, doing);
  }

  refresh(): void {
    this.#tell("refresh");
  }

  #go(place: Place): void {
    this.#place = place;
    const hash = formatPlace(place);
    if (hash !== (location.hash || "#")) history.pushState(null, "", hash);
    this.#tell("change");
  }

  /** A commit that is no longer there leaves the explorer in the present. */
  async #step(pond: Pond, at: number | undefined): Promise<void> {
    await this.#leaveSnapshot();
    if (at !== undefined) {
      try {
        this.#snapshot = await pond.snapshot({ seq: at });
      } catch (error) {
        this.fail(error, `Could not step back to commit ${at}`);
      }
    }
    const root = this.#snapshot?.root ?? pond.root;
    this.#context = this.#contextOf(pond, root, this.#snapshot?.seq);
  }

  #contextOf(pond: Pond, root: Root, at: number | undefined): ViewContext {
    return {
      pond,
      root,
      at,
      announce: (message) => this.announce(message),
      fail: (error, doing) => this.fail(error, doing),
      refresh: () => this.refresh(),
      openPath: (path) => this.openPath(path),
      goTo: (seq) => void this.goTo(seq),
    };
  }

  async #leaveSnapshot(): Promise<void> {
    const left = this.#snapshot;
    this.#snapshot = undefined;
    await left?.close();
  }

  async #follow(pond: Pond, signal: AbortSignal): Promise<void> {
    try {
      for await (const commit of pond.watch(undefined, { signal, maintenance: true })) {
        this.#events.dispatchEvent(new CustomEvent("commit", { detail: commit }));
      }
    } catch (error) {
      if (!signal.aborted) this.fail(error, "Changes of other tabs are no longer seen");
    }
  }

  #tell(name: "change" | "refresh"): void {
    this.#events.dispatchEvent(new Event(name));
  }
}
