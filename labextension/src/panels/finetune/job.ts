/** A training from its first step to its results. */

import { make } from '../element';
import type { Frame } from '../frame';
import { type Model, RequestFailed } from '../messages';
import { copy, type Table } from '../saving';
import { Beside, type Opened } from './beside';
import { Curves } from './curves';
import { Following, type JobInfo, type News } from './follow';
import { History, shownMeasures } from './history';
import type { FitReport } from './report';
import { Results } from './results';
import { overview, saved, verdict } from './states';
import type { Tab, TabContext } from './tab';
import { tabsOf } from './tabs';
import { type Deed, TrainingView } from './training';

/** States that another training can follow on. */
const OVER = ['finished', 'stopped', 'failed'];

/** What the view of a job knows of the panel around it. */
export interface Around {
  /** Learning rates, by task and method. */
  rates(): Record<string, Record<string, number>>;
  /** Rows of each class, where the data are here. */
  counts(): number[];
  hasData: boolean;
}

/** One job at a time: its bar, its buttons, its curves, and the tabs that follow. */
export class JobView {
  readonly element = make('div', { className: 'albert-job', hidden: true });

  constructor(
    private readonly frame: Frame,
    model: Model,
    private readonly around: Around
  ) {
    this.curves = new Curves(frame.root);
    this.curvesTab = {
      id: 'curves',
      label: 'Curves',
      element: make('div', {}, [this.curves.element]),
      show: () => {
        this.curves.redraw();
        this.tell();
      },
      redraw: () => this.curves.redraw(),
      dispose: () => undefined
    };
    this.training = new TrainingView(!frame.isPage, deed => void this.act(deed));
    this.beside = new Beside(model);
    this.again.addEventListener('click', () => {
      frame.requests.ask('again', {}).catch(error => this.fail(error));
    });
    this.following = new Following(
      params => frame.requests.ask<News>('events', params),
      news => this.hear(news),
      error => this.fail(error)
    );
    this.element.append(
      make('div', { className: 'albert-strip' }, [this.recipe, this.again]),
      this.training.element,
      this.results.element,
      this.beside.element
    );
  }

  /** Name of what is shown, for files. */
  get subject(): string {
    return this.info?.result?.model ?? this.info?.id ?? '';
  }

  /** The numbers of the curves. */
  get numbers(): Table | null {
    return this.history.points.length ? this.curves.numbers : null;
  }

  /** What the open tab shows. */
  get pictures(): { name: string; element: HTMLElement }[] {
    const { shown } = this.results;
    return shown ? [shown] : [];
  }

  /** Show the job that the panel has now, or none. */
  show(isThere: boolean): void {
    this.following.stop();
    this.history = new History();
    this.info = null;
    this.wanted = null;
    this.reported = this.said = '';
    this.verdict = null;
    this.beside.close();
    this.element.hidden = !isThere;
    if (isThere) {
      this.results.show([this.curvesTab]);
      this.following.start();
    } else {
      this.results.clear();
    }
  }

  /** The colours or the width changed. */
  redraw(): void {
    this.results.redraw();
  }

  dispose(): void {
    this.following.stop();
    this.results.clear();
    this.beside.close();
    this.curves.dispose();
  }

  private hear({ events, info, ahead }: News): void {
    const { history, frame } = this;
    const before = history.state;
    history.add(events);
    // What the job itself says counts: events may be on their way.
    history.state = info.state;
    this.info = info;
    if (before !== info.state) {
      this.wanted = null;
    }
    this.recipe.textContent = overview(info, this.around.rates());
    this.draw(info);
    this.verdict = frame.isPage ? saved(info) : verdict(info, ahead);
    if (this.said !== this.verdict[1]) {
      // Said once for each turn of things, not with each step.
      this.tell();
    }
    if (frame.isPage) {
      this.following.stop();
    }
    this.again.hidden = frame.isPage || !this.around.hasData || !OVER.includes(info.state);
    if (info.result && OVER.includes(info.state)) {
      void this.report(info.result.model);
    } else if (this.reported) {
      this.reported = '';
      this.results.show([this.curvesTab]);
    }
  }

  /** Say how the job is. */
  private tell(): void {
    if (this.verdict) {
      this.said = this.verdict[1];
      this.frame.tell(...this.verdict);
    }
  }

  private draw({ spec, result }: JobInfo): void {
    const { history } = this;
    const measures = shownMeasures(history.measures, result?.primary, this.around.counts());
    const best = result?.best_step ?? (measures.length ? history.best(measures[0]) : null);
    this.training.show(history, Number(spec.settings.epochs), measures[0] ?? '', this.wanted);
    this.curves.show(history, measures, best);
  }

  private async act(deed: Deed): Promise<void> {
    const { frame, info } = this;
    if (!info) {
      return;
    }
    this.wanted = deed;
    this.draw(info);
    try {
      await frame.requests.ask(deed, {});
      if (this.history.state === 'running') {
        frame.tell('busy', deed === 'stop' ? 'stopping: the best weights are kept…' : 'pausing…');
      }
    } catch (error) {
      this.wanted = null;
      this.draw(info);
      this.fail(error);
    }
    this.following.wake();
  }

  private async report(run: string): Promise<void> {
    if (this.reported === run) {
      return;
    }
    this.reported = run;
    try {
      const found = await this.frame.requests.ask<FitReport>('report', {});
      if (this.reported === run) {
        this.results.show([this.curvesTab, ...tabsOf(this.contextOf(found))]);
      }
    } catch (error) {
      this.reported = '';
      this.fail(error);
    }
  }

  private contextOf(report: FitReport): TabContext {
    const { frame, beside } = this;
    return {
      report,
      isPage: frame.isPage,
      ask: async <T>(method: string, params: Record<string, unknown>, kind?: string) => {
        const answer = await frame.requests.ask<unknown>(method, params, kind);
        return (method === 'attention' ? await beside.show(answer as Opened) : answer) as T;
      },
      run: work => frame.run(work),
      point: (text, element, x, y) => frame.point(text, element, x, y),
      copy: text => void copy(frame.root, text)
    };
  }

  private fail(error: unknown): void {
    if (error instanceof RequestFailed && error.isVoid) {
      return;
    }
    const hint = error instanceof RequestFailed ? error.hint : '';
    this.frame.tell('error', (error as Error).message, hint);
    // When it goes on, that is news.
    this.said = '';
  }

  private history = new History();
  private info: JobInfo | null = null;
  /** What was asked of the job and is not done yet. */
  private wanted: Deed | null = null;
  /** The run whose results are shown. */
  private reported = '';
  private verdict: ReturnType<typeof verdict> | null = null;
  private said = '';
  private readonly recipe = make('p', { className: 'albert-recipe' });
  private readonly again = make('button', {
    type: 'button',
    textContent: 'Train again…',
    hidden: true
  });
  private readonly results = new Results();
  private readonly curves: Curves;
  private readonly curvesTab: Tab;
  private readonly training: TrainingView;
  private readonly beside: Beside;
  private readonly following: Following;
}
