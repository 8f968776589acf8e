/** Hears what happens to a job, as long as it may still change. */

import { RequestFailed } from '../messages';
import type { JobEvent } from './history';

/** A job's specification and present state, as Python's `JobInfo`. */
export interface JobInfo {
  id: string;
  state: string;
  spec: {
    model: string;
    /** Jobs of earlier versions do not tell it. */
    task?: string;
    settings: Record<string, unknown>;
    rows: number;
    validation: number;
    drop_incomplete: boolean;
  };
  error: { message: string; hint: string } | null;
  result: {
    model: string;
    metrics: Record<string, number>;
    primary: string;
    best_step: number;
  } | null;
}

/** An answer to `events`. */
export interface News {
  events: JobEvent[];
  info: JobInfo;
  /** Trainings that a queued one waits for. */
  ahead: number;
}

/** States in which nothing more can happen. */
const OVER = ['finished', 'stopped'];
/** States in which somebody else may resume it, in another notebook. */
const RESTING = ['failed', 'interrupted'];
/** Between two questions, in milliseconds: what happens meanwhile comes in one answer. */
const PAUSE = 200;
const REST = 5000;
/** After an error. */
const RETRY = 3000;

/** One job at a time; a new one ends the following of the other. */
export class Following {
  /**
   * @param ask Asks the kernel.
   * @param onNews Something was heard.
   * @param onError It was not possible to ask; it is tried again.
   */
  constructor(
    private readonly ask: (params: Record<string, unknown>) => Promise<News>,
    private readonly onNews: (news: News) => void,
    private readonly onError: (error: unknown) => void
  ) {}

  /** Follow from the beginning. */
  start(): void {
    const mine = ++this.round;
    void this.follow(mine, 0);
  }

  /** Ask at once, if the job rests: something was done to it. */
  wake(): void {
    this.waken?.();
  }

  stop(): void {
    this.round += 1;
    this.wake();
  }

  private async follow(mine: number, after: number): Promise<void> {
    while (mine === this.round) {
      let pause = PAUSE;
      try {
        const news = await this.ask({ after });
        if (mine !== this.round) {
          return;
        }
        after = news.events.at(-1)?.seq ?? after;
        this.onNews(news);
        if (OVER.includes(news.info.state)) {
          return;
        }
        pause = RESTING.includes(news.info.state) ? REST : PAUSE;
      } catch (error) {
        if (mine !== this.round || (error instanceof RequestFailed && error.isVoid)) {
          return;
        }
        this.onError(error);
        pause = RETRY;
      }
      await new Promise<void>(resolve => {
        this.waken = resolve;
        setTimeout(resolve, pause);
      });
    }
  }

  private round = 0;
  private waken?: () => void;
}
