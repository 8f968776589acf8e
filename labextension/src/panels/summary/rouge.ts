/** How much of a reference the shown summary has: asked anew whenever the length has rested a while. */

import { make } from '../element';
import { RequestFailed } from '../messages';
import { type RougeScore, rougeText } from './state';

/** Milliseconds that a length rests before it is measured. */
const REST = 250;

/** One line for each summary that is shown. */
export class RougeLine {
  readonly element = make('p', { className: 'albert-rouge', hidden: true });

  /** @param ask Asks for the scores of some texts beside the reference. */
  constructor(private readonly ask: (answers: string[]) => Promise<RougeScore[][]>) {}

  /** Measure summaries, by the names of their methods; null: there is nothing to measure by. */
  show(summaries: (() => Map<string, string>) | null): void {
    clearTimeout(this.pause);
    this.asked++;
    if (!summaries) {
      this.element.hidden = true;
      return;
    }
    this.element.dataset.old = '';
    const mine = this.asked;
    this.pause = setTimeout(
      () => void this.measure(summaries(), mine),
      this.element.hidden ? 0 : REST
    );
  }

  dispose(): void {
    clearTimeout(this.pause);
    this.asked++;
  }

  private async measure(summaries: Map<string, string>, mine: number): Promise<void> {
    try {
      const found = await this.ask([...summaries.values()]);
      const names = [...summaries.keys()];
      const lines = found.map((scores, at) =>
        found.length > 1 ? `${names[at]}: ${rougeText(scores)}` : rougeText(scores)
      );
      this.say(`F1 beside the reference, at this length:\n${lines.join('\n')}`, mine);
    } catch (error) {
      if (error instanceof RequestFailed && !error.isVoid) {
        this.say(error.message, mine);
      }
    }
  }

  private say(text: string, mine: number): void {
    if (mine === this.asked) {
      this.element.hidden = false;
      this.element.textContent = text;
      delete this.element.dataset.old;
    }
  }

  private asked = 0;
  private pause?: ReturnType<typeof setTimeout>;
}
