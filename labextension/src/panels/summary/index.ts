/** The summary panel: a text with shaded sentences, its summary at any length, and why each sentence is in it. */

import type { ModelChoice } from '../chip';
import { type About, Frame, type Input, make } from '../frame';
import { RequestFailed } from '../messages';
import { type Panel, showOnPage } from '../page';
import { copy } from '../saving';
import { Controls } from './controls';
import { LengthControl } from './length';
import { ResultView } from './result';
import type { Length, Unit } from './selection';
import { SourceView } from './source';
import {
  counts,
  facts,
  groups,
  markdown,
  Reading,
  type RougeScore,
  rougeText,
  type Scored
} from './state';
import style from './style.css';
import { WhyView } from './why';

/** Milliseconds that a length rests before it is measured and told to Python. */
const REST = 250;
/** Sentences of a source that can be one picture. */
const PICTURED = 300;
const ANY = ['centrality', 'directed', 'cluster', 'lead'];

const ABOUT: About = {
  title: 'Summary',
  text: [
    'The text, each sentence shaded by how much it says; those of the summary have a bar in the margin, and stand beside the text. The slider takes more of them or fewer, in the order of their rank; nothing is computed anew for that.',
    'centrality: what has most in common with all other sentences, in meaning and words. directed: the same, but likeness to later sentences counts more. cluster: one sentence of each topic. lead: the first ones. A second method stands beside the first with a margin of its own.',
    'A click on a sentence says why: its score, its rank, and the sentences that are most like it. What a model wrote is linked to what supports it; sentences without support may be made up.'
  ],
  papers: [
    { name: 'LexRank: Erkan & Radev 2004', url: 'https://arxiv.org/abs/1109.2128' },
    { name: 'PacSum: Zheng & Lapata 2019', url: 'https://arxiv.org/abs/1906.03508' }
  ],
  keys: [
    ['↑ ↓', 'go from sentence to sentence'],
    ['Page Up, Page Down', 'the sentence of the summary before, the next one'],
    ['Home End', 'the first sentence, the last'],
    ['Enter', 'why this sentence'],
    ['Esc', 'close the explanation']
  ]
};

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
    /** What is explained: a sentence of the source or of what was written. */
    let opened: { index: number; isWritten: boolean; isChosen: boolean } | null = null;
    let catalogue: SummaryModel[] = [];
    let rest: ReturnType<typeof setTimeout> | undefined;
    let restOfRouge: ReturnType<typeof setTimeout> | undefined;

    const source = new SourceView({ onPoint: pointAtSource, onOpen: index => open(index, false) });
    const result = new ResultView({
      onPoint: sentences => source.outline('link', sentences),
      onOpen: (index, isWritten) => open(index, isWritten),
      onStop: () => frame.requests.cancel('summarize')
    });
    const why = new WhyView({ onGo: go, onClose: () => close(true) });
    const controls = new Controls({
      onMethod: method => set('method', method === usual() ? null : method),
      onCompare: method => set('compare_method', method),
      onAbout: about => set('about', about)
    });
    const length = new LengthControl(setLength);
    const count = make('p', { className: 'albert-count' });
    const rouge = make('p', { className: 'albert-rouge', hidden: true });
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
      numbers: () => (reading ? tableOf(reading) : null)
    });
    const side = make('section', { className: 'albert-side' }, [
      make('div', { className: 'albert-side-head' }, [
        make('h4', { textContent: 'Summary' }),
        copyText,
        copyMarkdown
      ]),
      count,
      result.element,
      rouge,
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
      close();
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
      close();
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
      if (opened && !opened.isWritten && opened.isChosen !== chosen.includes(opened.index)) {
        explain(opened.index, false);
      }
      clearTimeout(restOfRouge);
      if (trait<string | null>('reference')) {
        rouge.dataset.old = '';
        restOfRouge = setTimeout(() => void measure(), reading === measured ? REST : 0);
      } else {
        rouge.hidden = true;
      }
    }

    let measured: Reading | null = null;

    /** Measure what is shown beside the reference. */
    async function measure(): Promise<void> {
      const now = reading;
      if (!now) {
        return;
      }
      measured = now;
      const second = other?.chosen(present());
      const answers = [now.summary(chosen), ...(other && second ? [other.summary(second)] : [])];
      const say = (text: string) => {
        rouge.hidden = false;
        rouge.textContent = text;
        delete rouge.dataset.old;
      };
      try {
        const found = await frame.requests.ask<RougeScore[][]>('rouge', { answers });
        if (now === reading) {
          const names = [now.answer.method, other?.answer.method];
          const lines = found.map((scores, at) =>
            found.length > 1 ? `${names[at]}: ${rougeText(scores)}` : rougeText(scores)
          );
          say(`F1 beside the reference, at this length:\n${lines.join('\n')}`);
        }
      } catch (error) {
        const failed = error as RequestFailed;
        if (now === reading && !failed.isVoid) {
          say(failed.message);
        }
      }
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

    // --- why -------------------------------------------------------------------------------------

    function pointAtSource(index: number | null): void {
      source.outline('link', index === null ? [] : [index]);
      result.link(index);
    }

    function open(index: number, isWritten: boolean): void {
      if (opened?.index === index && opened.isWritten === isWritten) {
        close();
        return;
      }
      explain(index, isWritten);
      if (!isWritten) {
        source.reveal(index);
      }
    }

    function explain(index: number, isWritten: boolean): void {
      if (!reading) {
        return;
      }
      if (isWritten && !reading.answer.written_sentences[index]) {
        return;
      }
      const isChosen = chosen.includes(index);
      opened = { index, isWritten, isChosen };
      const near = isWritten ? why.support(reading, index) : why.show(reading, index, isChosen);
      source.outline('open', isWritten ? [] : [index]);
      source.outline('near', near);
      if (isWritten && near.length) {
        source.reveal(near[0]);
      }
      side.toggleAttribute('data-open', true);
      if (side.offsetTop > source.element.offsetTop) {
        // Where one stands below the other, it is out of sight.
        why.element.scrollIntoView({ block: 'nearest' });
      }
    }

    function close(isByPerson = false): void {
      if (opened && isByPerson && !opened.isWritten) {
        source.focus(opened.index);
      }
      opened = null;
      why.hide();
      side.toggleAttribute('data-open', false);
      source.outline('open', []);
      source.outline('near', []);
    }

    function go(sentence: number): void {
      source.reveal(sentence);
      source.focus(sentence);
    }

    frame.root.addEventListener('keydown', event => {
      if (event.key === 'Escape' && opened && !event.defaultPrevented) {
        close(true);
      }
    });

    // --- taking away -----------------------------------------------------------------------------

    function copier(textContent: string, title: string, content: () => string): HTMLElement {
      const button = make('button', { type: 'button', textContent, title });
      button.setAttribute('aria-label', title);
      button.addEventListener('click', async () => {
        const isCopied = await copy(button, content());
        button.textContent = isCopied ? 'Copied' : 'Not allowed';
        setTimeout(() => (button.textContent = textContent), 1500);
      });
      return button;
    }

    function tableOf(now: Reading) {
      const { starts, ends, scores, ranks, words, tokens, documents } = now.answer;
      const mine = new Set(chosen);
      return {
        columns: [
          ...['sentence', 'start', 'end', 'score', 'rank', 'chosen'],
          ...['words', 'tokens', 'kind', 'document']
        ],
        rows: Array.from({ length: now.count }, (_, at) => [
          ...[now.text(at), starts.data[at], ends.data[at], scores.data[at], ranks.data[at]],
          ...[
            String(mine.has(at)),
            words.data[at],
            tokens.data[at],
            now.kind(at),
            documents.data[at]
          ]
        ])
      };
    }

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
      clearTimeout(restOfRouge);
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
