/** Why a model answered so: the words of a row, coloured by what they add to an answer. */

import { make } from '../../element';
import { RequestFailed } from '../../messages';
import { type Attribution, scoreNote, scoreRow, wordScores } from '../../scores';
import { isolated, visible } from '../../text';
import { coloursOf } from '../../theme';
import type { JudgedRow } from '../report';
import type { TabContext } from '../tab';

/** Characters of an answer's name on a button. */
const NAME = 16;

/** The answers that can be explained, one after another; null stands for the only number of a regression. */
export type Targets = (string | null)[];

/** A button that explains one answer at a click, the next at another, and closes at last; and what it shows. */
export class Why {
  readonly button = make('button', { type: 'button' });
  readonly element = make('div', { className: 'albert-why', hidden: true });

  constructor(
    private readonly context: TabContext,
    private readonly row: JudgedRow,
    private readonly targets: Targets,
    private readonly kind: string
  ) {
    this.button.addEventListener('click', () => void this.turn());
    this.mark();
  }

  /** Draw in the present colours. */
  redraw(): void {
    if (this.found) {
      this.draw(this.found);
    }
  }

  private async turn(): Promise<void> {
    this.at = this.at + 1 < this.targets.length ? this.at + 1 : -1;
    this.found = null;
    this.mark();
    if (this.at < 0) {
      return;
    }
    const { text, pair } = this.row;
    const target = this.targets[this.at];
    const isWanted = () => this.at >= 0 && this.targets[this.at] === target;
    this.element.replaceChildren(
      make('p', { className: 'albert-aside', textContent: 'computing…' })
    );
    await this.context.run(async () => {
      try {
        const found = await this.context.ask<Attribution>(
          'explain',
          { text, pair, target },
          this.kind
        );
        if (isWanted()) {
          this.found = found;
          this.draw(found);
        }
        return `explained: ${isolated(found.target)}`;
      } catch (error) {
        if (isWanted()) {
          const said =
            error instanceof RequestFailed ? `${error.message} ${error.hint}` : `${error}`;
          this.element.replaceChildren(
            make('p', { className: 'albert-aside', textContent: said.trim() })
          );
        }
        throw error;
      }
    });
  }

  private draw(found: Attribution): void {
    const row = scoreRow(wordScores(found), found.target, coloursOf(this.element), (text, chip) =>
      this.context.point(text, chip, 0, (chip?.offsetHeight ?? 0) + 4)
    );
    row.setAttribute('aria-label', `What speaks for ${found.target}`);
    this.element.replaceChildren(
      row,
      make('p', {
        className: 'albert-aside',
        textContent: scoreNote(found, this.targets[this.at] === null)
      })
    );
  }

  private mark(): void {
    const next = this.targets[this.at + 1];
    const isLast = this.at + 1 >= this.targets.length;
    this.element.hidden = this.at < 0;
    this.button.setAttribute('aria-expanded', String(this.at >= 0));
    this.button.textContent =
      this.at < 0 ? 'why' : isLast ? 'close' : `why not ${visible(String(next), NAME)}`;
    this.button.title =
      isLast && this.at >= 0 ? 'Close' : `The words that speak for ${next ?? 'the answer'}`;
  }

  private found: Attribution | null = null;
  private at = -1;
}
