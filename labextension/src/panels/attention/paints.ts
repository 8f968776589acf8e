/** Painting at most once a frame, however often it is asked for. */

/** One picture that is painted when the browser is about to show the next frame. */
export class Paints {
  constructor(private readonly paint: () => void) {}

  /** Paint with the next frame. */
  ask(): void {
    this.frame ??= requestAnimationFrame(() => this.now());
  }

  /** Paint at once. */
  now(): void {
    if (this.frame !== null) {
      cancelAnimationFrame(this.frame);
      this.frame = null;
    }
    this.paint();
  }

  private frame: number | null = null;
}
