/** What the tabs of a finished training get from their panel, and what they are to it. */

import type { FitReport } from './report';

/** A training, and what a tab may ask of the panel that shows it. */
export interface TabContext {
  report: FitReport;
  /** Whether this is a saved page, without a kernel. */
  isPage: boolean;
  /** Ask the kernel; only the newest request of a kind counts. */
  ask<T>(method: string, params: Record<string, unknown>, kind?: string): Promise<T>;
  /** Do some work for the person; it returns what the status line says of it. */
  run(work: () => Promise<string>): Promise<void>;
  /** Show a note beside a point of an element; null hides it. */
  point(text: string | null, element?: Element, x?: number, y?: number): void;
  /** Copy a text for the person. */
  copy(text: string): void;
}

/** One way to look at a finished training. */
export interface Tab {
  readonly id: string;
  readonly label: string;
  readonly element: HTMLElement;
  /** The tab was turned to: it is on the page, and has its width. */
  show(): void;
  /** The colours or the width changed. */
  redraw(): void;
  /** The panel is taken off its page. */
  dispose(): void;
}
