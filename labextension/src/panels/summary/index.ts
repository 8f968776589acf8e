/** The summary panel: a text with shaded sentences, its summary at any length, and why each sentence is in it. */

import type { ModelChoice } from '../chip';
import { Frame, type Input, make } from '../frame';
import { RequestFailed } from '../messages';
import { type Panel, showOnPage } from '../page';
import { ABOUT } from './about';
import { Explaining } from './explaining';
import { Controls } from './controls';
import { LengthControl } from './length';
import { ResultView } from './result';
import { RougeLine } from './rouge';
import type { Length, Unit } from './selection';
import { SourceView } from './source';
import { counts, facts, groups, markdown, Reading, type RougeScore, type Scored } from './state';
import style from './style.css';
import { copier, tableOf } from './taking';

/** Milliseconds that a length rests before it is told to Python. */
const REST = 250;
/** Sentences of a source that can be one picture. */
const PICTURED = 300;
const ANY = ['centrality', 'directed', 'cluster', 'lead'];

interface SummaryModel extends ModelChoice {
  /** Ways to make a summary that this model knows, and the one that it was made for. */
  methods: string[];
  usual: string;
}

const panel: Panel = {
  render({ model, el }) {
    let reading: Reading | null = null;
    let other: Reading | null = null;
    let chosen: number[] = [];
    /** What was written so far, of a summary that is not whole. */
    let unfinished: string | null = null;
    let asked = 0;
    let catalogue: SummaryModel[] = [];
    let rest: ReturnType<typeof setTimeout> | undefined;

    const source = new SourceView({
      onPoint: pointAtSource,
      onOpen: index => why.toggle(index, false)
    });
    const result = new ResultView({
      onPoint: sentences => source.outline('link', sentences),
      onOpen: (index, isWritten) => why.toggle(index, isWritten),
      onStop: () => frame.requests.cancel('summarize')
    });
    const why = new Explaining(source, () => ({ reading, chosen }));
    const controls = new Controls({
      onMethod: method => set('method', method === usual() ? null : method),
      onCompare: method => set('compare_method', method),
      onAbout: about => set('about', about)
    });
    const length = new LengthControl(setLength);
    const count = make('p', { className: 'albert-count' });
    const rouge = new RougeLine(answers =>
      frame.requests.ask<RougeScore[][]>('rouge', { answers })
    );
    const copyText = copier(
      'Copy',
      'Copy the summary',
      () => unfinished ?? reading?.summary(chosen) ?? ''
    );
    const copyMarkdown = copier(
      'Markdown',
      'Copy the summary as Markdown',
      () => unfinished ?? (reading ? markdown(reading, chosen) : '')
    );
    const edit = make('button', { type: 'button', textContent: 'Edit text' });

    const frame = new Frame(el, model, {
      title: 'Summary',
      css: style,
      onInput: input => void show(input),
      onTheme: () => undefined,
      about: () => ABOUT,
      pictures: () => [
        ...(reading ? [{ name: 'Summary', element: result.element }] : []),
        ...(reading && reading.count <= PICTURED
          ? [{ name: 'Source', element: source.element }]
          : [])
      ],
      numbers: () => (reading ? tableOf(reading, chosen) : null)
    });
    const side = make('section', { className: 'albert-side' }, [
      make('div', { className: 'albert-side-head' }, [
        make('h4', { textContent: 'Summary' }),
        copyText,
        copyMarkdown
      ]),
      count,
      result.element,
      rouge.element,
      why.element
    ]);
    side.setAttribute('aria-label', 'The summary itself');
    const bar = make('div', { className: 'albert-bar' }, [controls.element, length.element]);
    const both = make('div', { className: 'albert-both', hidden: true }, [source.element, side]);
    bar.hidden = true;
    frame.picture.append(bar, both);
    frame.actions.append(edit);

    // The text stands below as the source; where one writes is opened on request.
    const form = frame.root.querySelector('form')!;
    const others = () => (model.get('others') as string[] | undefined) ?? [];
    edit.hidden = frame.isPage || others().length > 0;
    edit.addEventListener('click', () => showForm(form.hidden));
    showForm(!frame.input.text.trim());

    function showForm(isShown: boolean): void {
      form.hidden = !isShown;
      edit.setAttribute('aria-pressed', String(isShown));
      if (isShown) {
        form.querySelector('textarea')?.focus();
      }
    }

    const trait = <T>(name: string) => model.get(name) as T;
    const present = (): Length => ({ unit: trait<Unit>('unit'), amount: trait<number>('amount') });

    function set(name: string, content: unknown): void {
      model.set(name, content);
      model.save_changes();
      // In a notebook the model tells of it.
      if (frame.isPage) {
        void show(frame.input);
      }
    }

    function known(): SummaryModel | undefined {
      return catalogue.find(({ id }) => id === frame.input.model);
    }

    function usual(): string {
      return known()?.usual ?? ANY[0];
    }

    // --- asking ----------------------------------------------------------------------------------

    async function show(input: Input): Promise<void> {
      const mine = ++asked;
      if (!input.text.trim()) {
        frame.rest('Give a text of some sentences: its summary appears above.');
        showForm(true);
        return;
      }
      const offered = known()?.methods;
      let method = trait<string | null>('method');
      if (method && offered && !offered.includes(method)) {
        // Another model was chosen, which does not know how.
        method = null;
        model.set('method', null);
        model.save_changes();
      }
      const second = trait<string | null>('compare_method');
      const { unit, amount } = present();
      const ask = (way: string | null, kind: string) =>
        frame.requests.ask<Scored>(
          'summarize',
          {
            text: input.text,
            model: input.model,
            method: way,
            about: trait<string | null>('about'),
            tokens: unit === 'tokens' ? Math.trunc(amount) : null
          },
          kind,
          partial => mine === asked && grow(String(partial))
        );
      await frame.run(async () => {
        const isTwo = Boolean(second) && second !== (method ?? usual());
        const [first, another] = await Promise.allSettled([
          ask(method, 'summarize'),
          isTwo ? ask(second, 'compare') : Promise.resolve(null)
        ]);
        if (mine !== asked) {
          throw new RequestFailed('void', 'Another summary is asked for by now.');
        }
        frame.root.removeAttribute('data-writing');
        if (first.status === 'rejected') {
          abandon(first.reason);
          throw first.reason;
        }
        take(
          new Reading(first.value),
          another.status === 'fulfilled' && another.value ? new Reading(another.value) : null
        );
        if (another.status === 'rejected') {
          throw another.reason;
        }
        return facts(new Reading(first.value));
      });
    }

    /** More of a text is written. */
    function grow(text: string): void {
      frame.root.setAttribute('data-writing', '');
      both.hidden = false;
      why.close();
      if (!reading) {
        source.wait([frame.input.text, ...others()].join('\n\n'));
      }
      unfinished = text;
      count.textContent = 'being written…';
      frame.tell('busy', 'the model writes…');
      result.grow(text);
    }

    /** There is no answer: what nobody waits for is not worked on any more. */
    function abandon(reason: unknown): void {
      if (reason instanceof RequestFailed && reason.isVoid) {
        frame.requests.ask('stop', {}, 'summarize').catch(() => undefined);
      }
      if (result.isGrowing) {
        result.stopped();
        count.textContent = '';
      }
      if (!reading) {
        // Another way may work.
        offer();
      }
    }

    // --- showing ---------------------------------------------------------------------------------

    function take(found: Reading, another: Reading | null): void {
      const isSameSource =
        reading?.answer.source === found.answer.source && reading.count === found.count;
      why.close();
      unfinished = null;
      reading = found;
      other = another;
      both.hidden = false;
      const scrolled = source.element.scrollTop;
      source.show(found);
      if (isSameSource) {
        source.element.scrollTop = scrolled;
      }
      result.begin(found);
      length.offer(found.answer.written === null ? found.candidates : null);
      offer();
      select();
    }

    function offer(): void {
      bar.hidden = false;
      length.element.hidden = !reading;
      controls.show(
        reading?.answer.method ?? trait<string | null>('method') ?? usual(),
        other?.answer.method ?? null,
        trait<string | null>('about') ?? reading?.answer.about ?? null,
        known()?.methods ?? ANY,
        frame.isPage
      );
    }

    /** Choose by the present length; nobody is asked. */
    function select(): void {
      if (!reading) {
        return;
      }
      const now = present();
      unfinished = null;
      length.show(now);
      if (reading.answer.written === null) {
        chosen = reading.chosen(now);
        if (other) {
          const second = other.chosen(now);
          const parts = groups(chosen, second);
          result.compare(parts, [reading.answer.method, other.answer.method]);
          source.mark(chosen, second);
          count.textContent = `${parts.both.length} shared of ${chosen.length} and ${second.length}`;
        } else {
          result.show(chosen);
          source.mark(chosen, null);
          count.textContent = counts(reading, chosen);
        }
      } else {
        chosen = [];
        count.textContent = counts(reading, chosen);
      }
      why.follow();
      rouge.show(trait<string | null>('reference') ? shownSummaries : null);
    }

    /** Return the summaries that are shown, by their methods. */
    function shownSummaries(): Map<string, string> {
      const found = new Map<string, string>();
      for (const one of [reading, other]) {
        if (one) {
          const mine = one.answer.written === null ? one.chosen(present()) : [];
          found.set(one.answer.method, one.summary(mine));
        }
      }
      return found;
    }

    function setLength(now: Length): void {
      const isWritten = typeof reading?.answer.written === 'string';
      model.set('unit', now.unit);
      model.set('amount', now.amount);
      clearTimeout(rest);
      // A slider that is dragged says so many things that only the last of them is sent.
      rest = setTimeout(() => model.save_changes(), REST);
      if (isWritten) {
        void show(frame.input);
      } else if (frame.isPage) {
        select();
      }
    }

    function pointAtSource(index: number | null): void {
      source.outline('link', index === null ? [] : [index]);
      result.link(index);
    }

    frame.root.addEventListener('keydown', event => {
      if (event.key === 'Escape' && why.isOpen && !event.defaultPrevented) {
        why.leave();
      }
    });

    const again = () => void show(frame.input);
    const asking = ['method', 'compare_method', 'about', 'others'];
    const lengths = ['unit', 'amount', 'reference'];
    asking.forEach(name => model.on(`change:${name}`, again));
    lengths.forEach(name => model.on(`change:${name}`, select));
    if (!frame.isPage) {
      frame.requests.ask<SummaryModel[]>('models', {}, 'catalogue').then(
        models => {
          catalogue = models;
          offer();
        },
        () => undefined
      );
    }
    void show(frame.input);
    return () => {
      clearTimeout(rest);
      rouge.dispose();
      controls.dispose();
      source.dispose();
      asking.forEach(name => model.off(`change:${name}`, again));
      lengths.forEach(name => model.off(`change:${name}`, select));
      frame.dispose();
    };
  }
};

interface PageContent {
  summaries: Scored[];
  /** The summaries as they were when the page was saved, and how they compare to the reference. */
  texts: string[];
  rouge: RougeScore[][];
}

showOnPage(panel, (method, params, data) => {
  const content = data as PageContent;
  if (method === 'summarize') {
    const [first] = content.summaries;
    return content.summaries.find(one => one.method === params.method) ?? first;
  }
  if (method === 'rouge') {
    const answers = params.answers as string[];
    if (content.rouge.length && answers.every((text, at) => text === content.texts[at])) {
      return content.rouge;
    }
    throw new RequestFailed('page', 'A saved page cannot measure another length.');
  }
  throw new RequestFailed('page', `A saved page cannot answer ${method}.`);
});

export default panel;
