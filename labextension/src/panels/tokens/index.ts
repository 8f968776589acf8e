/** The token panel: type, and see what the model reads. */

import { type About, Frame, type Input, make } from '../frame';
import { RequestFailed } from '../messages';
import { type Panel, showOnPage } from '../page';
import { CodePoints } from '../text';
import { drawChips, walk } from './draw';
import { type Chip, chips, counts, description, type Tokens } from './state';
import style from './style.css';

const LIVE = 150;

const ABOUT: About = {
  title: 'Tokens',
  text: [
    'What the model reads in place of the text: pieces of its vocabulary, in their order. Pieces of one word touch each other and share a shade; “##” continues a word.',
    'Dashed tokens are added by the model. Hatched ones stand for something that is not in the vocabulary. Pale ones lie beyond what the model reads. Point at a token to see its id and where it is in the text.'
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
    ['Home End', 'the first token, the last']
  ]
};

const panel: Panel = {
  render({ model, el }) {
    let shown: Chip[] = [];
    let sources: CodePoints[] = [];
    const list = make('div', { className: 'albert-chips' });
    list.setAttribute('role', 'list');
    list.setAttribute('aria-label', 'Tokens');
    list.dataset.lmSuppressShortcuts = 'true';
    const ids = make('button', { type: 'button', textContent: 'ids' });
    ids.setAttribute('aria-pressed', 'false');

    const frame = new Frame(el, model, {
      title: 'Tokens',
      css: style,
      live: LIVE,
      onInput: input => void show(input),
      onTheme: () => undefined,
      about: () => ABOUT,
      pictures: () => [{ name: 'Tokens', element: list }],
      numbers: () => ({
        columns: ['token', 'id', 'start', 'end', 'word', 'segment', 'kind'],
        rows: shown.map(({ token, id, start, end, word, segment, kind }) => [
          ...[token, id, start, end, word, segment, kind]
        ])
      })
    });
    frame.picture.append(list);
    frame.actions.append(ids);

    async function show(input: Input): Promise<void> {
      if (!input.text.trim()) {
        shown = [];
        list.replaceChildren();
        frame.rest('Type some words: their tokens appear above.');
        return;
      }
      await frame.run(async () => {
        const answer = await frame.requests.ask<Tokens>('tokenize', { ...input });
        shown = chips(answer);
        sources = [new CodePoints(answer.text), new CodePoints(answer.pair ?? '')];
        drawChips(list, shown, answer.text);
        return counts(answer, shown);
      });
    }

    function point(target: EventTarget | null): void {
      const element = (target as Element | null)?.closest<HTMLElement>('.albert-chip');
      const chip = element && shown[Number(element.dataset.index)];
      if (!element || !chip) {
        frame.point(null);
        frame.highlight(0, null);
        return;
      }
      frame.point(description(chip), element, 0, element.offsetHeight + 4);
      frame.highlight(
        chip.segment,
        chip.kind === 'special' ? null : sources[chip.segment].split(chip.start, chip.end)
      );
    }

    list.addEventListener('pointerover', event => point(event.target));
    list.addEventListener('pointerleave', () => point(null));
    list.addEventListener('focusin', event => point(event.target));
    list.addEventListener('focusout', () => point(null));
    list.addEventListener('keydown', event => {
      if (!event.ctrlKey && !event.metaKey && !event.altKey && walk(list, event.key)) {
        event.preventDefault();
      }
    });
    ids.addEventListener('click', () => {
      const isOn = list.toggleAttribute('data-ids');
      ids.setAttribute('aria-pressed', String(isOn));
    });
    void show(frame.input);
    return () => frame.dispose();
  }
};

showOnPage(panel, (method, _params, data) => {
  if (method === 'tokenize') {
    return data;
  }
  throw new RequestFailed('page', `A saved page cannot answer ${method}.`);
});

export default panel;
