/** Fetches a list anew: soon after it is asked for, never twice at once; what comes last was asked for last. */
export class Renewal {
  constructor(
    private readonly work: () => Promise<void>,
    private readonly delay = 300
  ) {}

  /** Fetch soon; more requests until then are the same. */
  soon(): void {
    if (!this.isDisposed) {
      this.timer ??= setTimeout(() => void this.now(), this.delay);
    }
  }

  /** Fetch now; resolves when what this call asked for is there. Never rejects: `work` says what went wrong. */
  now(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    // Whoever asks during a fetch may know of something that it has missed.
    this.next ??= this.current.then(async () => {
      this.next = null;
      if (!this.isDisposed) {
        await this.work();
      }
    });
    return (this.current = this.next);
  }

  dispose(): void {
    this.isDisposed = true;
    clearTimeout(this.timer);
  }

  private current: Promise<void> = Promise.resolve();
  private next: Promise<void> | null = null;
  private timer?: ReturnType<typeof setTimeout>;
  private isDisposed = false;
}
