/** The fine-tune panel: data and settings, a training that is watched, and what came of it. */

import { Frame, make } from '../frame';
import { RequestFailed } from '../messages';
import { type Panel, showOnPage } from '../page';
import { copy } from '../saving';
import { ABOUT } from './about';
import { Beside, type Opened } from './beside';
import { Controls, type Setup } from './controls';
import { Curves } from './curves';
import { Following, type JobInfo, type News } from './follow';
import { History, shownMeasures } from './history';
import { answerOnPage } from './onpage';
import type { FitReport } from './report';
import { Results } from './results';
import type { Settings } from './settings';
import { type Baseline, type Checked, isUsable, SetupView } from './setup';
import { overview, verdict } from './states';
import style from './style.css';
import type { Tab, TabContext } from './tab';
import { tabsCss, tabsOf } from './tabs';
import { type Deed, TrainingView } from './training';

const panel: Panel = {
  render({ model, el }) {
    let setup: Setup | null = null;
    let checked: Checked | null = null;
    let history = new History();
    let info: JobInfo | null = null;
    let wanted: Deed | null = null;
    let reported = '';

    const setupView = new SetupView(isDropped => {
      set('drop_incomplete', isDropped);
      void check();
    });
    const training = new TrainingView(deed => void act(deed));
    const recipe = make('p', { className: 'albert-recipe' });
    const again = make('button', { type: 'button', textContent: 'Train again…', hidden: true });
    const results = new Results();
    const beside = new Beside(model);
    const body = make('div', { className: 'albert-fit' });

    const frame: Frame = new Frame(el, model, {
      title: 'Fine-tune',
      css: tabsCss + style,
      onInput: () => void check(),
      onTheme: () => {
        curves.redraw();
        results.redraw();
      },
      about: () => ABOUT,
      subject: () => info?.result?.model ?? jobId(),
      pictures: () => (results.shown ? [results.shown] : []),
      numbers: () => (history.points.length ? curves.numbers : null)
    });
    const curves = new Curves(frame.root);
    const controls = new Controls(frame.chip.element, keepChoices);
    const curvesTab: Tab = {
      id: 'curves',
      label: 'Curves',
      element: make('div', {}, [curves.element]),
      show: () => curves.redraw(),
      redraw: () => curves.redraw(),
      dispose: () => undefined
    };
    const jobView = make('div', { className: 'albert-job', hidden: true }, [
      make('div', { className: 'albert-row' }, [recipe, again]),
      training.element
    ]);
    body.append(setupView.element, controls.element, jobView, results.element, beside.element);
    frame.picture.append(body);
    setupView.element.hidden = controls.element.hidden = true;

    const jobId = () => String(model.get('job_id') ?? '');
    const hasData = () => Boolean(model.get('has_data'));
    const isDropped = () => Boolean(model.get('drop_incomplete'));
    const settings = () => (model.get('settings') ?? {}) as Settings;
    const set = (name: string, value: unknown) => {
      model.set(name, value);
      model.save_changes();
    };

    /** Begin with what the model says: the data, or a job. */
    async function begin(): Promise<void> {
      await frame.run(async () => {
        setup = await frame.requests.ask<Setup>('setup', {});
        return setup.rows === null ? jobId() : `${setup.rows.toLocaleString('en')} rows`;
      });
      if (setup) {
        turn();
      }
    }

    /** Show the data, or the job that the model has now. */
    function turn(): void {
      const isJob = jobId() !== '';
      following.stop();
      history = new History();
      info = null;
      wanted = null;
      reported = '';
      results.clear();
      beside.close();
      jobView.hidden = !isJob;
      controls.element.hidden = isJob || !hasData();
      setupView.element.hidden = !hasData();
      // The chip of the model stands in the title bar while there is nothing to choose.
      const header = frame.root.querySelector('header')!;
      if (isJob) {
        header.insertBefore(frame.chip.element, frame.actions);
        frame.chip.element.disabled = true;
      } else if (frame.chip.element.parentElement === header) {
        controls.take(frame.chip.element);
      }
      frame.chip.element.hidden = isJob;
      if (hasData()) {
        void check();
      }
      if (isJob) {
        results.show([curvesTab]);
        following.start();
      }
    }

    // --- the data --------------------------------------------------------------------------------

    async function check(): Promise<void> {
      if (!setup || !hasData()) {
        return;
      }
      showControls();
      setupView.show(checked, isDropped());
      const work = async () => {
        const { max_length = null } = settings();
        const params = { model: frame.input.model, drop_incomplete: isDropped(), max_length };
        checked = await frame.requests.ask<Checked>('check', params);
        setupView.show(checked, isDropped());
        showControls();
        return checked.check.task.replaceAll('_', ' ');
      };
      // A training that goes on has the status line for itself.
      await (jobId() ? work().catch(() => undefined) : frame.run(work));
      if (checked && isUsable(checked) && model.get('has_baseline')) {
        void measure();
      } else {
        setupView.showBaseline(null, isDropped());
      }
    }

    async function measure(): Promise<void> {
      const params = { model: frame.input.model, drop_incomplete: isDropped() };
      const key = JSON.stringify(params);
      if (key === measured) {
        return;
      }
      measured = key;
      setupView.showBaseline(frame.isPage ? null : 'baseline: being measured…', isDropped());
      try {
        const found = await frame.requests.ask<Baseline>('baseline', params);
        setupView.showBaseline(found, isDropped());
      } catch (error) {
        measured = '';
        const isVoid = error instanceof RequestFailed && error.isVoid;
        if (!isVoid) {
          const why = frame.isPage ? null : `no baseline: ${(error as Error).message}`;
          setupView.showBaseline(why, isDropped());
        }
      }
    }
    let measured = '';

    function showControls(): void {
      if (setup) {
        const share = model.get('validation') as number | null;
        controls.show(setup, settings(), share, checked?.check.max_length ?? 0);
        controls.start.disabled = frame.isPage || !checked || !isUsable(checked);
      }
    }

    function keepChoices(): void {
      const before = settings().max_length;
      try {
        const { settings: chosen, validation } = controls.chosen;
        model.set('validation', validation);
        set('settings', chosen);
      } catch (error) {
        frame.tell('error', (error as Error).message);
        return;
      }
      if (settings().max_length !== before) {
        void check();
      }
    }

    async function start(): Promise<void> {
      if (controls.start.disabled || controls.element.hidden) {
        return;
      }
      controls.start.disabled = true;
      await frame.run(async () => {
        let chosen;
        try {
          chosen = controls.chosen;
        } catch (error) {
          throw new RequestFailed('input_invalid', (error as Error).message);
        }
        const params = { model: frame.input.model, drop_incomplete: isDropped(), ...chosen };
        const id = await frame.requests.ask<string>('start', params);
        if (id !== jobId()) {
          model.set('job_id', id);
        }
        return id;
      });
      showControls();
    }

    // --- the training ----------------------------------------------------------------------------

    const following = new Following(
      params => frame.requests.ask<News>('events', { job: jobId(), ...params }),
      news => hear(news),
      error => {
        const failed = error instanceof RequestFailed ? error : null;
        frame.tell('error', failed?.message ?? String(error), failed?.hint);
        said = '';
      }
    );
    let said = '';

    function hear({ events, info: heard, ahead }: News): void {
      const before = history.state;
      history.add(events);
      // What the job itself says counts: events may be on their way.
      history.state = heard.state;
      info = heard;
      if (before !== history.state) {
        wanted = null;
      }
      const counts = Array.from(checked?.check.label_counts.data ?? []);
      const measures = shownMeasures(history.measures, heard.result?.primary, counts);
      const epochs = Number(heard.spec.settings.epochs);
      recipe.textContent = overview(heard, setup?.rates ?? {});
      training.show(history, epochs, measures[0] ?? '', wanted);
      const best = heard.result?.best_step ?? (measures.length ? history.best(measures[0]) : null);
      curves.show(history, measures, best);
      const [state, message, hint] = verdict(heard, ahead);
      if (said !== message) {
        // Said once for each turn of things, not with each step.
        said = message;
        frame.tell(state, message, hint);
      }
      again.hidden =
        frame.isPage || !hasData() || !['finished', 'stopped', 'failed'].includes(heard.state);
      if (heard.result && ['finished', 'stopped'].includes(heard.state)) {
        void report(heard.result.model);
      } else if (reported) {
        reported = '';
        results.show([curvesTab]);
      }
    }

    async function act(deed: Deed): Promise<void> {
      wanted = deed;
      showTraining?.();
      try {
        await frame.requests.ask(deed, {});
        if (history.state === 'running') {
          frame.tell('busy', deed === 'stop' ? 'stopping: the best weights are kept…' : 'pausing…');
        }
      } catch (error) {
        wanted = null;
        const failed = error as RequestFailed;
        frame.tell('error', failed.message, failed.hint);
      }
      said = '';
      following.wake();
    }

    // --- what came of it -------------------------------------------------------------------------

    async function report(run: string): Promise<void> {
      if (reported === run) {
        return;
      }
      reported = run;
      try {
        const found = await frame.requests.ask<FitReport>('report', {});
        if (reported === run) {
          results.show([curvesTab, ...tabsOf(contextOf(found))]);
        }
      } catch (error) {
        reported = '';
        const failed = error instanceof RequestFailed ? error : null;
        if (!failed?.isVoid) {
          frame.tell('error', failed?.message ?? String(error), failed?.hint);
        }
      }
    }

    function contextOf(found: FitReport): TabContext {
      return {
        report: found,
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

    // --- the surroundings ------------------------------------------------------------------------

    again.addEventListener('click', () => {
      void frame.requests.ask('again', {}).catch(() => undefined);
    });
    controls.start.addEventListener('click', () => void start());
    frame.root.addEventListener('keydown', event => {
      if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
        event.preventDefault();
        void start();
      }
    });
    const follow = () => setup && turn();
    const refresh = () => showControls();
    model.on('change:job_id', follow);
    model.on('change:settings', refresh);
    void begin();
    return () => {
      following.stop();
      model.off('change:job_id', follow);
      model.off('change:settings', refresh);
      results.clear();
      beside.close();
      curves.dispose();
      frame.dispose();
    };
  }
};

showOnPage(panel, answerOnPage);

export default panel;
