/** The actions of the title bar: larger, keys, help, save as, code. */

import { Card } from './card';
import { type Drawing, drawingOf, png } from './drawing';
import { make } from './element';
import { copy, csv, download, fileName, type Table } from './saving';

/** What a view is, and how it is used. */
export interface About {
  /** The view's name, or the panel's. */
  title: string;
  /** What it shows, and how it is read; a paragraph each. */
  text: string[];
  papers?: { name: string; url: string }[];
  /** Keys, and what they do. */
  keys: [keys: string, does: string][];
}

/** What a panel lets a person take away; the first picture is that of the open view. */
export interface Takings {
  about(): About;
  pictures(): { name: string; element: HTMLElement }[];
  /** The numbers in view, or null. */
  numbers(): Table | null;
}

/** What the actions need of their panel. */
export interface ActionsWiring extends Takings {
  root: HTMLElement;
  title: string;
  text(): string;
  ask(method: 'code' | 'page'): Promise<string>;
  /** Draw all canvases again. */
  redraw(): void;
  /** Do something and tell how it ended. */
  run(work: () => Promise<string>): void;
  canSavePage: boolean;
  isPresentation(): boolean;
  present(isPresentation: boolean): void;
}

/** Shapes of the icons, on a grid of 16. Glyphs would depend on the fonts of the machine. */
const ICONS = {
  larger: 'M2 6V2h4M10 2h4v4M14 10v4h-4M6 14H2v-4',
  keys: 'M1.5 4.5h13v7h-13zM4 7h.5M6.5 7H7M9 7h.5M11.5 7h.5M5 9.5h6',
  help: 'M5.5 6a2.5 2.5 0 1 1 3.6 2.2Q8 8.8 8 10M8 12.2v.6',
  save: 'M8 2v8M4.5 6.8 8 10.2l3.5-3.4M2.5 13.5h11',
  code: 'M5.5 5.5h8v8h-8zM10.5 5.5v-3h-8v8h3'
};
type Name = keyof typeof ICONS;
const NAMES: Record<Name, [name: string, tip: string]> = {
  larger: ['Larger', 'Larger, for a room (p)'],
  keys: ['Keys', 'Keys (?)'],
  help: ['Help', 'What this shows (h)'],
  save: ['Save as', 'Save as… (s)'],
  code: ['Code', 'Copy the Python that makes this view (c)']
};
const KEYS: Record<string, Name> = { p: 'larger', '?': 'keys', h: 'help', s: 'save', c: 'code' };
const OWN: About['keys'] = [
  ['Tab', 'go on to the next control'],
  ['?', 'these keys'],
  ['h', 'what is shown, and how to read it'],
  ['s', 'save as'],
  ['c', 'copy the Python that makes this view'],
  ['p', 'larger, for a room'],
  ['Esc', 'close']
];
const TYPED = 'input:not([type=checkbox], [type=range]), textarea, select';

/** The buttons, and the card that they open. */
export class Actions {
  readonly element = make('div', { className: 'albert-tools' });
  readonly card = new Card(() => this.mark());

  constructor(private readonly wiring: ActionsWiring) {
    this.element.setAttribute('role', 'toolbar');
    this.element.setAttribute('aria-label', `${wiring.title}: actions`);
    this.buttons = new Map(
      (Object.keys(ICONS) as Name[]).map(name => {
        const [label, title] = NAMES[name];
        const button = make('button', { type: 'button', title }, [
          icon(name),
          make('span', { textContent: label })
        ]);
        button.setAttribute('aria-label', label);
        button.addEventListener('click', () => this.act(name));
        return [name, button] as const;
      })
    );
    this.element.append(...this.buttons.values());
    wiring.root.addEventListener('keydown', event => this.press(event));
    this.mark();
  }

  /** Show which of them are on. */
  mark(): void {
    const { open } = this.card;
    for (const name of ['keys', 'help', 'save'] as const) {
      const button = this.buttons.get(name);
      button?.setAttribute('aria-expanded', String(open === NAMES[name][0]));
      button?.setAttribute('aria-controls', this.card.element.id);
    }
    this.buttons.get('save')?.setAttribute('aria-haspopup', 'menu');
    this.buttons.get('larger')?.setAttribute('aria-pressed', String(this.wiring.isPresentation()));
  }

  private act(name: Name): void {
    const { wiring, card } = this;
    const [label] = NAMES[name];
    if (name === 'larger') {
      wiring.present(!wiring.isPresentation());
      this.mark();
    } else if (name === 'keys') {
      card.toggle(label, 'dialog', [keyList([...wiring.about().keys, ...OWN])]);
    } else if (name === 'help') {
      card.toggle(label, 'dialog', helpOf(wiring.about()));
    } else if (name === 'save') {
      card.toggle(label, 'menu', this.menu());
    } else {
      wiring.run(() => this.copyCode());
    }
  }

  /** Single keys, where nobody writes or chooses in a list. */
  private press(event: KeyboardEvent): void {
    const [target] = event.composedPath();
    const name = KEYS[event.key];
    const isTaken = event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey;
    if (name && !isTaken && !(target as Element).matches(TYPED)) {
      event.preventDefault();
      this.act(name);
    }
  }

  private async copyCode(): Promise<string> {
    const code = await this.wiring.ask('code');
    if (await copy(this.wiring.root, code)) {
      return `copied: ${code.split('\n').at(-1)}`;
    }
    const shown = make('pre', { textContent: code, tabIndex: 0 });
    this.card.toggle('Code', 'dialog', [shown]);
    return 'the browser does not let us copy: the code stands above';
  }

  /** What can be saved now, each an item that saves it. */
  private menu(): HTMLElement[] {
    const { wiring } = this;
    const drawn = (element: HTMLElement, title: string) =>
      drawingOf(element, `${title}: ${wiring.text().slice(0, 200)}`, wiring.redraw);
    const svg = ({ svg: text }: Drawing) => new Blob([text], { type: 'image/svg+xml' });
    const items = wiring
      .pictures()
      .flatMap(({ name, element }) => [
        this.item(`${name} as SVG`, name, 'svg', () => svg(drawn(element, name))),
        this.item(`${name} as PNG`, name, 'png', () => png(drawn(element, name)))
      ]);
    const table = wiring.numbers();
    if (table) {
      const { title } = wiring.about();
      const text = () => new Blob([csv(table)], { type: 'text/csv' });
      items.push(this.item('Numbers in view as CSV', title, 'csv', text));
    }
    if (wiring.canSavePage) {
      const page = async () => new Blob([await wiring.ask('page')], { type: 'text/html' });
      items.push(this.item('Page of its own as HTML', wiring.title, 'html', page));
    }
    const step = (event: KeyboardEvent) => {
      const at = items.indexOf(event.target as HTMLButtonElement);
      const last = items.length - 1;
      const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: last }[event.key];
      if (at >= 0 && to !== undefined) {
        items[(to + items.length) % items.length].focus();
        event.preventDefault();
      }
    };
    items.forEach(item => item.addEventListener('keydown', step));
    return items;
  }

  private item(
    label: string,
    title: string,
    ending: string,
    content: () => Blob | Promise<Blob>
  ): HTMLButtonElement {
    const { wiring } = this;
    const button = make('button', { type: 'button', textContent: label, tabIndex: -1 });
    button.setAttribute('role', 'menuitem');
    button.addEventListener('click', () => {
      this.card.close();
      wiring.run(async () => {
        const name = fileName(title, wiring.text(), ending);
        download(wiring.root, name, await content());
        return `saved: ${name}`;
      });
    });
    return button;
  }

  private readonly buttons: Map<Name, HTMLButtonElement>;
}

function keyList(keys: About['keys']): HTMLElement {
  return make(
    'dl',
    { className: 'albert-keys' },
    keys.map(([combination, does]) =>
      make('div', {}, [
        make('dt', {}, [make('kbd', { textContent: combination })]),
        make('dd', { textContent: does })
      ])
    )
  );
}

function helpOf({ title, text, papers = [] }: About): HTMLElement[] {
  const links = papers.map(({ name, url }) =>
    make('a', { textContent: name, href: url, target: '_blank', rel: 'noopener noreferrer' })
  );
  const read = links.flatMap((link, index) => (index ? [' · ', link] : [link]));
  return [
    make('h4', { textContent: title }),
    ...text.map(paragraph => make('p', { textContent: paragraph })),
    ...(links.length ? [make('p', {}, read)] : [])
  ];
}

function icon(name: Name): SVGElement {
  const within = (tag: string, attributes: Record<string, string>) => {
    const element = document.createElementNS('http://www.w3.org/2000/svg', tag);
    Object.entries(attributes).forEach(([key, value]) => element.setAttribute(key, value));
    return element;
  };
  const svg = within('svg', { viewBox: '0 0 16 16', 'aria-hidden': 'true' });
  svg.append(within('path', { d: ICONS[name] }));
  return svg as SVGElement;
}
