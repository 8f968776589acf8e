/** The token panel: type, and see what one model reads, or several beside each other. */

import { focusedBeside } from '../element';
import { type About, Frame, type Input, make } from '../frame';
import { RequestFailed } from '../messages';
import { type Panel, showOnPage } from '../page';
import { copy } from '../saving';
import { CodePoints } from '../text';
import { alignedTokens, measuresTable, numberLines, type Side } from './compare';
import { chipList, choose, offerLine, walk } from './draw';
import { chipsAt, type Place, watchPlaces } from './link';
import { normalisedTexts } from './normal';
import { type Chip, chips, counts, decimal, description, measures, type Tokens } from './state';
import style from './style.css';

const LIVE = 150;
/** Tokenizers that stand beside each other at most, as in Python. */
const MOST = 4;

const ABOUT: About = {
  title: 'Tokens',
  text: [
    'What the model reads in place of the text: pieces of its vocabulary, in their order. Pieces of one word touch each other and share a shade; “##” continues a word.',
    'Dashed tokens are added by the model. Hatched ones stand for something that is not in the vocabulary. Pale ones lie beyond what the model reads. Point at a token to see its id and where it is in the text; put the caret into the text to find its tokens.'
  ],
  papers: [
    {
      name: 'WordPiece: Wu et al. 2016',
      url: 'https://arxiv.org/abs/1609.08144'
    },
    { name: 'BPE: Sennrich et al. 2016', url: 'https://arxiv.org/abs/1508.07909' }
  ],
  keys: [
    ['← →', 'go from token to token'],
    ['↑ ↓', 'go to another tokenizer, at the same place of the text'],
    ['Home End', 'the first token, the last'],
    ['Enter', 'copy the token']
  ]
};

const panel: Panel = {
  render({ model, el }) {
    /** The chips of each tokenizer, by its row. */
    let rows: Chip[][] = [];
    let sides: Side[] = [];
    let elements: HTMLElement[][] = [];
    let linked: HTMLElement[] = [];
    let texts: string[] = [];
    let sources: CodePoints[] = [];
    let asked = 0;
    const picture = make('div', { className: 'albert-lab' });
    picture.dataset.lmSuppressShortcuts = 'true';
    const said = make('span', { className: 'albert-said' });
    said.setAttribute('aria-live', 'polite');
    const ids = make('button', { type: 'button', textContent: 'ids' });
    ids.setAttribute('aria-pressed', 'false');
    const add = make('select', { className: 'albert-add', hidden: true });
    add.setAttribute('aria-label', 'Add a tokenizer');

    const frame = new Frame(el, model, {
      title: 'Tokens',
      css: style,
      live: LIVE,
      onInput: input => void show(input),
      onTheme: () => undefined,
      about: () => ABOUT,
      pictures: () => [{ name: 'Tokens', element: picture }],
      numbers: () => ({
        columns: ['model', 'token', 'id', 'start', 'end', 'word', 'segment', 'kind'],
        rows: rows.flatMap((row, index) =>
          row.map(({ token, id, start, end, word, segment, kind }) => [
            ...[sides[index].model, token, id, start, end, word, segment, kind]
          ])
        )
      })
    });
    frame.picture.append(picture, said);
    frame.actions.append(add, ids);

    const others = () => (model.get('others') as string[] | undefined) ?? [];
    const shownModels = () => [...new Set([frame.input.model, ...others()])].slice(0, MOST);

    async function show(input: Input): Promise<void> {
      const mine = ++asked;
      offer();
      if (!input.text.trim()) {
        rows = [];
        sides = [];
        picture.replaceChildren();
        frame.rest('Type some words: their tokens appear above.');
        return;
      }
      await frame.run(async () => {
        const models = shownModels();
        const answers = await Promise.allSettled(
          models.map(id =>
            frame.requests.ask<Tokens>('tokenize', { ...input, model: id }, `tokenize/${id}`)
          )
        );
        if (mine !== asked) {
          throw new RequestFailed('void', 'Another text is asked for by now.');
        }
        if (answers[0].status === 'rejected') {
          throw answers[0].reason;
        }
        sides = answers.map((answer, index) =>
          answer.status === 'fulfilled'
            ? { model: models[index], answer: answer.value }
            : { model: models[index], message: String(answer.reason.message) }
        );
        return draw(answers[0].value);
      });
    }

    function draw(first: Tokens): string {
      const focused = focusedBeside(picture)?.closest<HTMLElement>('.albert-chip');
      const place = focused && picture.contains(focused) ? { ...focused.dataset } : null;
      rows = sides.map(({ answer }) => (answer ? chips(answer) : []));
      texts = [first.text, first.pair ?? ''];
      sources = texts.map(text => new CodePoints(text));
      if (sides.length === 1) {
        const normal = normalisedTexts(first);
        picture.replaceChildren(chipList(first, rows[0]), ...(normal ? [normal] : []));
        if (first.suggestion) {
          picture.append(offerLine(first.suggestion));
        }
      } else {
        const aligned = alignedTokens(sides, rows);
        picture.replaceChildren(measuresTable(sides, frame.isPage ? null : remove), aligned);
        numberLines(aligned, sides);
      }
      elements = rows.map(() => []);
      linked = [];
      const all = [...picture.querySelectorAll<HTMLElement>('.albert-chip')];
      for (const element of all) {
        elements[Number(element.dataset.row)][Number(element.dataset.index)] = element;
      }
      const again = place && elements[Number(place.row)]?.[Number(place.index)];
      const chosen = again ?? (place ? all[all.length - 1] : all[0]);
      if (chosen) {
        choose(picture, chosen);
        if (place) {
          chosen.focus();
        }
      }
      return sides.length === 1 ? counts(first) : compared();
    }

    function compared(): string {
      const found = sides.flatMap(({ answer }) => (answer ? [measures(answer)] : []));
      const tokens = found.map(one => one.tokens);
      const perWord = found.map(one => one.perWord).filter(one => !Number.isNaN(one));
      const parts = [
        `${sides.length} tokenizers`,
        `${Math.min(...tokens)}–${Math.max(...tokens)} tokens`
      ];
      if (perWord.length) {
        parts.push(`${decimal(Math.min(...perWord))}–${decimal(Math.max(...perWord))} per word`);
      }
      return parts.join(' · ');
    }

    // --- which tokenizers ------------------------------------------------------------------------

    let catalogue: string[] = [];

    function offer(): void {
      const shown = shownModels();
      const free = catalogue.filter(id => !shown.includes(id));
      add.replaceChildren(
        make('option', { value: '', textContent: '+ tokenizer' }),
        ...free.map(id => make('option', { value: id, textContent: id }))
      );
      add.hidden = !free.length || shown.length >= MOST;
    }

    function setOthers(models: string[]): void {
      model.set('others', models);
      model.save_changes();
    }

    function remove(id: string): void {
      const [first, ...rest] = shownModels().filter(shown => shown !== id);
      // The model's list follows the trait, as it does when Python changes it.
      model.set('others', rest);
      model.set('model', first);
      model.save_changes();
      frame.root.querySelector<HTMLElement>('.albert-add:not([hidden])')?.focus();
    }

    // --- from the chips to the text, and back ----------------------------------------------------

    function chipOf(target: EventTarget | null): [HTMLElement, Chip] | null {
      const element = (target as Element | null)?.closest<HTMLElement>('.albert-chip');
      const chip = element && rows[Number(element.dataset.row)]?.[Number(element.dataset.index)];
      return element && chip ? [element, chip] : null;
    }

    function point(target: EventTarget | null): void {
      const found = chipOf(target);
      link(found && found[1].segment >= 0 ? found[1] : null);
      if (!found) {
        frame.point(null);
        frame.highlight(0, null);
        return;
      }
      const [element, chip] = found;
      const note = description(chip, sides[0].answer?.pair !== null);
      tell(note, element);
      frame.highlight(
        chip.segment,
        chip.kind === 'special' ? null : sources[chip.segment].split(chip.start, chip.end)
      );
    }

    /** Say something under a chip; under all of its column, where others stand below it. */
    function tell(note: string, chip: HTMLElement): void {
      const under = chip.closest<HTMLElement>('.albert-column') ?? chip;
      frame.point(note, under, 0, under.offsetHeight + 4);
    }

    /** Outline the chips of a place, of every tokenizer. */
    function link(place: Place | null): HTMLElement[] {
      linked.forEach(element => element.removeAttribute('data-linked'));
      linked = rows.flatMap((row, index) =>
        (place ? chipsAt(row, place) : []).flatMap(chip => elements[index]?.[chip.index] ?? [])
      );
      linked.forEach(element => element.setAttribute('data-linked', ''));
      return linked;
    }

    function fromText(place: Place | null): void {
      // A text that is not tokenised yet has no places.
      const isKnown = place && fields[place.segment].value === texts[place.segment];
      const [first] = link(isKnown ? place : null);
      const box = first?.closest<HTMLElement>('.albert-chips, .albert-columns');
      if (first && box) {
        // The box scrolls, never the notebook around it.
        const [outer, inner] = [box.getBoundingClientRect(), first.getBoundingClientRect()];
        box.scrollTop +=
          Math.min(0, inner.top - outer.top) + Math.max(0, inner.bottom - outer.bottom);
      }
    }

    const fields = [...frame.root.querySelectorAll('textarea')];
    const stopWatching = watchPlaces(fields, fromText);

    async function take(target: EventTarget | null): Promise<void> {
      const found = chipOf(target);
      if (!found) {
        return;
      }
      const [element, { token }] = found;
      const isThere = await copy(picture, token);
      const told = isThere ? `copied ${token}` : 'This browser does not let the page copy.';
      tell(told, element);
      said.textContent = told;
    }

    picture.addEventListener('pointerover', event => point(event.target));
    picture.addEventListener('pointerleave', () => point(null));
    picture.addEventListener('focusin', event => point(event.target));
    picture.addEventListener('focusout', () => point(null));
    picture.addEventListener('click', event => void take(event.target));
    picture.addEventListener('keydown', event => {
      if (event.ctrlKey || event.metaKey || event.altKey) {
        return;
      }
      if ((event.key === 'Enter' || event.key === ' ') && chipOf(event.target)) {
        event.preventDefault();
        void take(event.target);
      } else if (walk(picture, event.key)) {
        event.preventDefault();
      }
    });
    ids.addEventListener('click', () => {
      const isOn = picture.toggleAttribute('data-ids');
      ids.setAttribute('aria-pressed', String(isOn));
      renumber();
    });
    add.addEventListener('change', () => setOthers([...shownModels().slice(1), add.value]));
    const follow = () => void show(frame.input);
    model.on('change:others', follow);

    function renumber(): void {
      const aligned = picture.querySelector<HTMLElement>('.albert-columns');
      if (aligned) {
        numberLines(aligned, sides);
      }
    }
    const observer = new ResizeObserver(renumber);
    observer.observe(picture);

    if (!frame.isPage) {
      frame.requests.ask<{ id: string }[]>('models', {}, 'catalogue').then(
        models => {
          catalogue = models.map(({ id }) => id);
          offer();
        },
        () => undefined
      );
    }
    void show(frame.input);
    return () => {
      observer.disconnect();
      stopWatching();
      model.off('change:others', follow);
      frame.dispose();
    };
  }
};

showOnPage(panel, (method, params, data) => {
  const found = (data as Tokens[]).find(({ model }) => model === params.model);
  if (method === 'tokenize' && found) {
    return found;
  }
  throw new RequestFailed('page', `A saved page cannot answer ${method}.`);
});

export default panel;
