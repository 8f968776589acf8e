/**
 * When the page asks how the backend is, and when it listens.
 *
 * A look at the door's health starts nothing, so it is taken by itself: every 30 seconds while the page is seen. The
 * stream of snapshots starts a backend, so it is opened only for somebody who looks at the sidebar, or while jobs run.
 * Nothing is asked by a page that is hidden.
 */

import { BackendError } from './request';
import type { Connection as Hearing } from './tokens';
import type { Finding } from './trouble';
import type { Snapshot, Trouble } from './types';

/** Milliseconds between looks: usually; while something is missing and the sidebar waits for it; without a stream. */
export const LOOK = 30_000;
export const LOOK_IN_TROUBLE = 10_000;
export const POLL = 5_000;
/** Streams in a row that brought nothing before snapshots are asked for one by one. */
export const FAILURES_UNTIL_POLL = 3;
/** How often, and after how many milliseconds, it is looked whether somebody else starts a backend that has ended. */
const ABSENCES = 3;
const ABSENCE = 2_000;
/** Snapshots asked for before a stream is tried again. */
const POLLS = 60;

/** The ways to the backend, and the page that they are for. */
export interface Ways {
  /** Ask the door for its health; never rejects. */
  look(): Promise<Finding>;
  /** Listen until the stream ends, or `signal` says that it is enough. */
  listen(signal: AbortSignal, onSnapshot: (snapshot: Snapshot) => void): Promise<void>;
  /** Ask for one snapshot. */
  pull(): Promise<Snapshot>;
  /** What is missing by what was found, or by what a stream was refused with. */
  troubleOf(finding: Finding | { refusal: BackendError }): Trouble | null;
  /** Whether the page is hidden, and who wants to know when that changes. */
  isHidden(): boolean;
}

/** What a connection tells. */
export interface Hearer {
  onSnapshot(snapshot: Snapshot): void;
  /** Hearing, trouble or finding has changed. */
  onChange(): void;
}

/** The one connection of a page. */
export class Connection {
  constructor(
    private readonly ways: Ways,
    private readonly hearer: Hearer
  ) {}

  /** How it is; see `Connection` of tokens.ts. */
  hearing: Hearing = 'connecting';
  /** What the last look has found. */
  finding: Finding | null = null;

  /** What is missing: by the last look, else by the last stream that was refused. */
  get trouble(): Trouble | null {
    return this.found ?? this.refused;
  }

  /** Begin; later calls do nothing. */
  start(): void {
    if (!this.isStarted) {
      this.isStarted = true;
      void this.run();
    }
  }

  /** Somebody looks at the sidebar, or does so no more. */
  setWanted(isWanted: boolean): void {
    this.isWanted = isWanted;
    this.nudge();
  }

  /** Jobs run that somebody may want to hear of. */
  setJobs(hasJobs: boolean): void {
    const isNew = hasJobs && !this.hasJobs;
    this.hasJobs = hasJobs;
    if (isNew || !this.wants) {
      this.nudge();
    }
  }

  /** Something has changed (page hidden or shown, a job begun): think again. */
  nudge(): void {
    if (this.ways.isHidden() || !this.wants) {
      this.line?.abort();
    }
    this.wake?.();
  }

  /** Look now and, where somebody wants to hear, connect whatever was missing; resolves when that is decided. */
  async refresh(): Promise<void> {
    if (this.hearing === 'live') {
      return;
    }
    this.isForced = true;
    this.failures = 0;
    const decided = new Promise<void>(resolve => this.decisions.push(resolve));
    this.start();
    this.wake?.();
    await decided;
  }

  dispose(): void {
    this.isDisposed = true;
    this.line?.abort();
    this.wake?.();
  }

  private get wants(): boolean {
    return this.isWanted || this.hasJobs;
  }

  private get isRunning(): boolean {
    return (
      this.finding !== null && 'health' in this.finding && this.finding.health.backend !== null
    );
  }

  private async run(): Promise<void> {
    while (!this.isDisposed) {
      if (this.ways.isHidden()) {
        this.tell('paused');
        await this.pause(null);
        continue;
      }
      if (this.isWanted && !this.trouble) {
        this.tell('connecting');
      }
      await this.look();
      const isForced = this.isForced;
      this.isForced = false;
      if (this.isDisposed || this.ways.isHidden()) {
        continue;
      }
      // A backend that could not be started is not tried again by itself; one that runs and refuses is.
      const isBlocked = this.found !== null || (this.refused !== null && !this.isRunning);
      if (isBlocked && !isForced) {
        this.tell('trouble');
        await this.pause(this.isWanted ? LOOK_IN_TROUBLE : LOOK);
      } else if (!this.wants) {
        this.tell(this.trouble ? 'trouble' : 'paused');
        await this.pause(LOOK);
      } else if (await this.hasPatience()) {
        if (isForced) {
          this.found = this.refused = null;
        }
        this.tell(this.trouble ? 'trouble' : 'connecting');
        await (this.failures < FAILURES_UNTIL_POLL ? this.listen() : this.poll());
      }
    }
    this.decide();
  }

  private async look(): Promise<void> {
    this.finding = await this.ways.look();
    this.found = this.ways.troubleOf(this.finding);
    if ('health' in this.finding) {
      if (this.refused?.kind === 'no-server' || this.refused?.kind === 'no-extension') {
        this.refused = null;
      }
      // Jobs that the last snapshot knew are interrupted where nothing runs.
      this.hasJobs = (this.finding.health.backend?.jobs ?? 0) > 0;
    }
    this.hearer.onChange();
  }

  /** Wait as the failures so far ask for; false when it must be looked again before connecting. */
  private async hasPatience(): Promise<boolean> {
    if (this.failures === 0) {
      return true;
    }
    // A backend that was ended on purpose may be about to be replaced: whoever does that comes first.
    const isAway = this.wasLive && !this.isRunning && this.absences < ABSENCES;
    await this.pause(isAway ? ABSENCE : Math.min(1000 * 2 ** (this.failures - 1), 30_000));
    if (this.isForced || this.isDisposed || this.ways.isHidden() || !this.wants) {
      return false;
    }
    if (isAway) {
      this.absences++;
    }
    return !isAway;
  }

  private async listen(): Promise<void> {
    const line = new AbortController();
    this.line = line;
    let refusal: BackendError | null = null;
    try {
      await this.ways.listen(line.signal, snapshot => this.take(snapshot));
    } catch (reason) {
      refusal = BackendError.of(reason);
    } finally {
      this.line = null;
    }
    if (!line.signal.aborted) {
      this.lost(refusal);
    }
  }

  /** Some proxies hold streams back; then snapshots are asked for, slowly. */
  private async poll(): Promise<void> {
    for (let count = 0; count < POLLS && this.wants && !this.ways.isHidden(); count++) {
      if (this.isDisposed || this.isForced) {
        return;
      }
      try {
        const failures = this.failures;
        this.take(await this.ways.pull());
        this.failures = failures;
      } catch (reason) {
        this.lost(BackendError.of(reason));
        return;
      }
      await this.pause(POLL);
    }
    // One stream that brings nothing leads back here.
    this.failures = FAILURES_UNTIL_POLL - 1;
  }

  private take(snapshot: Snapshot): void {
    this.failures = 0;
    this.absences = 0;
    this.wasLive = true;
    this.found = this.refused = null;
    this.hearer.onSnapshot(snapshot);
    this.tell('live');
  }

  private lost(refusal: BackendError | null): void {
    this.failures++;
    this.refused = refusal && this.ways.troubleOf({ refusal });
    if (this.refused) {
      this.tell('trouble');
    }
    this.decide();
  }

  private tell(hearing: Hearing): void {
    const isNew = this.hearing !== hearing;
    this.hearing = hearing;
    if (isNew) {
      this.hearer.onChange();
    }
    if (hearing !== 'connecting') {
      this.decide();
    }
  }

  private decide(): void {
    if (!this.isForced) {
      this.decisions.splice(0).forEach(resolve => resolve());
    }
  }

  /** Wait; a nudge ends it. */
  private async pause(milliseconds: number | null): Promise<void> {
    await new Promise<void>(resolve => {
      this.wake = resolve;
      if (milliseconds !== null) {
        this.timer = setTimeout(resolve, milliseconds);
      }
    });
    clearTimeout(this.timer);
    this.wake = null;
  }

  private found: Trouble | null = null;
  private refused: Trouble | null = null;
  private isStarted = false;
  private isDisposed = false;
  private isWanted = false;
  private hasJobs = false;
  private isForced = false;
  private wasLive = false;
  private failures = 0;
  private absences = 0;
  private line: AbortController | null = null;
  private wake: (() => void) | null = null;
  private timer?: ReturnType<typeof setTimeout>;
  private decisions: (() => void)[] = [];
}
