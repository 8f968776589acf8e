/** The prediction panel: type a text, see what a classifier says of it, and which words made it say so. */

import type { ModelChoice } from '../chip';
import { type About, Frame, type Input, make } from '../frame';
import { RequestFailed } from '../messages';
import { type Panel, showOnPage } from '../page';
import { type Attribution, type Method, scoresCss } from '../scores';
import { isolated } from '../text';
import { ClassBars } from './bars';
import { otherModels } from './others';
import { answer, barsOf, explained, type Predictions, type Said, SHOWN } from './state';
import style from './style.css';
import { ValueScale } from './value';
import { WhyView } from './why';

const LIVE = 150;
const EMPTY = 'Type a text: what the model says of it appears above.';

const ABOUT: About = {
  title: 'Predict',
  text: [
    'What a classifier says of the text, anew while one types. The classes add up to 100 %; where a text may have several labels, each has a scale of its own, and over the mark at 50 % it counts as said. A number lies on the scale of the values that its model was judged on.',
    'Below: the words that speak for the chosen class (blue) and against it (orange), each relative to the strongest. Gradient × input takes one pass back and keeps up with typing; integrated gradients and occlusion take many, and are more faithful.'
  ],
  papers: [
    {
      name: 'Integrated gradients: Sundararajan et al. 2017',
      url: 'https://arxiv.org/abs/1703.01365'
    },
    { name: 'Occlusion: Zeiler & Fergus 2014', url: 'https://arxiv.org/abs/1311.2901' }
  ],
  keys: [
    ['↑ ↓', 'go from class to class'],
    ['Home End', 'the first class, the last'],
    ['Enter', 'explain the class; once more: the answer again']
  ]
};

const panel: Panel = {
  render({ model, el }) {
    let said: Said | null = null;
    let given: Input;
    let asked = 0;
    let isAll = false;
    /** Which class is explained, or about to be, and how. */
    let explaining = '';
    let catalogue: ModelChoice[] = [];

    const classes = new ClassBars(at => choose(at));
    const value = new ValueScale();
    const why = new WhyView(
      (text, chip) => frame.point(text, chip, 0, (chip?.offsetHeight ?? 0) + 4),
      method => set('method', method)
    );
    const note = make('p', { className: 'albert-empty albert-taken', hidden: true });
    const others = make('div', { hidden: true });
    const verdict = make('div', { className: 'albert-verdict', hidden: true }, [
      classes.element,
      value.element
    ]);
    const all = make('button', { type: 'button', hidden: true });
    const order = make('button', {
      type: 'button',
      textContent: 'sorted',
      title: 'The likeliest class first, or the order of the model',
      hidden: true
    });
    all.addEventListener('click', () => {
      isAll = !isAll;
      draw();
    });
    order.addEventListener('click', () => set('is_sorted', !model.get('is_sorted')));

    const frame = new Frame(el, model, {
      title: 'Predict',
      css: scoresCss + style,
      live: LIVE,
      onInput: input => void show(input),
      onTheme: () => why.draw(),
      about: () => ABOUT,
      pictures: () => [
        { name: 'Classes', element: verdict },
        ...(why.found ? [{ name: 'Why', element: why.picture }] : [])
      ],
      numbers: () => {
        const found = said?.predictions;
        return found
          ? {
              columns: ['label', found.problem_type === 'regression' ? 'value' : 'probability'],
              rows: found.label_names.map((name, at) => [name, found.probabilities.data[at]])
            }
          : null;
      }
    });
    frame.actions.append(all, order);
    frame.picture.append(others, verdict, note, why.element);

    const label = () => model.get('label') as string | null;
    const chosen = (predictions: Predictions) => explained(predictions, label());

    function set(name: string, content: unknown): void {
      model.set(name, content);
      model.save_changes();
      // In a notebook the model tells of it.
      if (frame.isPage) {
        follow();
      }
    }

    /** Explain a class; one that is explained already gives way to the answer. */
    function choose(at: number): void {
      const names = said?.predictions.label_names ?? [];
      set('label', names[at] === label() ? null : names[at]);
    }

    async function show(input: Input): Promise<void> {
      const mine = ++asked;
      given = input;
      note.textContent = String(model.get('note') ?? '');
      note.hidden = !note.textContent;
      others.hidden = true;
      let isWaiting = false;
      await frame.run(async () => {
        try {
          const found = await frame.requests.ask<Said | null>('predict', { ...input });
          if (mine !== asked) {
            throw new RequestFailed('void', 'Another text is asked for by now.');
          }
          if (found?.predictions.model !== said?.predictions.model) {
            classes.clear();
          }
          said = found;
        } catch (error) {
          if (error instanceof RequestFailed && error.code === 'task_unsupported') {
            clear();
            offer(error);
          }
          throw error;
        }
        if (!said) {
          clear();
          isWaiting = true;
          return '';
        }
        draw();
        void explain();
        return answer(said);
      });
      if (mine === asked && isWaiting) {
        frame.tell('ready', EMPTY);
      }
    }

    /** There is nothing to show. */
    function clear(): void {
      said = null;
      verdict.hidden = all.hidden = order.hidden = true;
      frame.requests.cancel('attribute');
      why.hide();
    }

    /** The model predicts nothing: offer those that do. */
    function offer(error: RequestFailed): void {
      others.hidden = false;
      const turn = (id: string) => {
        model.set('model', id);
        model.save_changes();
      };
      others.replaceChildren(otherModels(error.message, catalogue, turn));
    }

    function draw(): void {
      if (!said) {
        return;
      }
      const { predictions, scale } = said;
      const { label_names: names, problem_type: problem, probabilities } = predictions;
      const isValue = problem === 'regression';
      verdict.hidden = false;
      classes.element.hidden = isValue;
      value.element.hidden = !isValue;
      order.hidden = isValue || names.length < 2;
      all.hidden = isValue || names.length <= SHOWN;
      if (isValue) {
        value.show(probabilities.data[0], scale);
        return;
      }
      const isSorted = Boolean(model.get('is_sorted'));
      order.setAttribute('aria-pressed', String(isSorted));
      all.textContent = isAll
        ? `the ${SHOWN} likeliest`
        : `all ${names.length.toLocaleString('en')}`;
      const at = chosen(predictions);
      classes.show(barsOf(predictions, at, isSorted, isAll), at, problem === 'multi_label');
    }

    /** Ask what speaks for the chosen class; the answer to the text does not wait for it. */
    async function explain(): Promise<void> {
      const present = said;
      if (!present) {
        return;
      }
      const { predictions } = present;
      const isValue = predictions.problem_type === 'regression';
      const at = chosen(predictions);
      const method = model.get('method') as Method;
      explaining = `${at} ${method}`;
      why.wait(
        isValue ? 'Why this value?' : `Why ${isolated(predictions.label_names[at])}?`,
        method,
        isValue,
        frame.isPage
      );
      try {
        const params = { ...given, target: isValue ? null : predictions.label_names[at], method };
        const found = await frame.requests.ask<Attribution>('attribute', params);
        if (said === present) {
          why.show(found);
        }
      } catch (error) {
        const isVoid = error instanceof RequestFailed && error.isVoid;
        if (said === present && !isVoid) {
          const failed = error as Partial<RequestFailed>;
          why.refuse(`${failed.message} ${failed.hint ?? ''}`.trim());
        }
      }
    }

    /** Something was chosen, here or in Python. */
    function follow(): void {
      draw();
      if (said && explaining !== `${chosen(said.predictions)} ${model.get('method')}`) {
        void explain();
      }
    }

    const traits = ['label', 'method', 'is_sorted'];
    traits.forEach(name => model.on(`change:${name}`, follow));
    if (!frame.isPage) {
      frame.requests.ask<ModelChoice[]>('models', {}, 'catalogue').then(
        models => {
          catalogue = models;
          if (!others.hidden) {
            void show(given);
          }
        },
        () => undefined
      );
    }
    void show(frame.input);
    return () => {
      said = null;
      traits.forEach(name => model.off(`change:${name}`, follow));
      frame.dispose();
    };
  }
};

interface PageContent {
  said: Said | null;
  targets: (string | null)[];
  /** An explanation of each, or why there is none. */
  why: Attribution[];
  refusal: string;
}

showOnPage(panel, (method, params, data) => {
  const content = data as PageContent;
  if (method === 'predict') {
    return content.said;
  }
  const at = content.targets?.indexOf(params.target as string | null) ?? -1;
  if (method === 'attribute' && content.why[at]) {
    return content.why[at];
  }
  throw new RequestFailed(
    'page',
    content.refusal || 'A saved page explains the likeliest classes only.'
  );
});

export default panel;
