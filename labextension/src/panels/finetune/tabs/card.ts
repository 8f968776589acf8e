/** The model's card, and how the model is used. */

import { make } from '../../element';
import { RequestFailed } from '../../messages';
import { type FitReport, isSummaries } from '../report';
import type { Tab, TabContext } from '../tab';
import { aside } from './confusion';
import { literal } from './python';

/** A way to use a model. */
export interface Use {
  what: string;
  code: string;
}

/** Return how a run is used: with the magics, in Python, in a panel. */
export function uses({ model, task }: FitReport): Use[] {
  const name = literal(model);
  if (isSummaries(task)) {
    return [
      { what: 'a text', code: `%albert summarize --from text --model ${model}` },
      { what: 'in Python', code: `bert.summarize(text, model=${name})` }
    ];
  }
  return [
    { what: 'a text', code: `%albert predict "…" --model ${model}` },
    {
      what: 'a column of a table',
      code: `%albert predict --data df --text COLUMN --model ${model}`
    },
    {
      what: 'in Python',
      code: `import albert_widgets as aw\nbert = aw.connect()\ndf = bert.predict(df, text="COLUMN", model=${name})`
    },
    { what: 'type and see why', code: `aw.PredictPanel("…", model=${name})` }
  ];
}

/** The tab: first what to type, then the card. */
export class CardTab implements Tab {
  readonly id = 'card';
  readonly label = 'Card';
  readonly element: HTMLElement;

  constructor(private readonly context: TabContext) {
    const { report } = context;
    this.copy.addEventListener('click', () => context.copy(this.text.textContent ?? ''));
    this.element = make('div', {}, [
      make('h4', { className: 'albert-heading', textContent: `Use ${report.model}` }),
      make(
        'dl',
        { className: 'albert-uses' },
        uses(report).map(use => this.line(use))
      ),
      make('div', { className: 'albert-rows-head' }, [
        make('h4', { className: 'albert-heading', textContent: 'Model card' }),
        this.copy
      ]),
      this.text
    ]);
    this.text.tabIndex = 0;
    this.text.setAttribute('role', 'region');
    this.text.setAttribute('aria-label', 'Model card');
  }

  show(): void {
    if (!this.isAsked) {
      this.isAsked = true;
      void this.request();
    }
  }

  redraw(): void {
    // Text follows the theme by itself.
  }

  dispose(): void {
    this.element.remove();
  }

  private line({ what, code }: Use): HTMLElement {
    const button = make('button', { type: 'button', textContent: 'Copy' });
    button.setAttribute('aria-label', `Copy: ${what}`);
    button.addEventListener('click', () => this.context.copy(code));
    return make('div', {}, [
      make('dt', { textContent: what }),
      make('dd', {}, [make('pre', { textContent: code }), button])
    ]);
  }

  private async request(): Promise<void> {
    await this.context.run(async () => {
      try {
        this.text.textContent = await this.context.ask<string>('card', {});
        this.text.hidden = this.copy.hidden = false;
        return 'model card';
      } catch (error) {
        this.isAsked = false;
        const said = error instanceof RequestFailed ? `${error.message} ${error.hint}` : `${error}`;
        this.text.hidden = true;
        this.text.after(aside(said.trim()));
        throw error;
      }
    });
  }

  private readonly text = make('pre', { className: 'albert-model-card', hidden: true });
  private readonly copy = make('button', {
    type: 'button',
    textContent: 'Copy',
    hidden: true,
    title: 'Copy the card as Markdown'
  });
  private isAsked = false;
}
