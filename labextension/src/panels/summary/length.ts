/** How long the summary is: a unit, a number, and a slider that goes through all of them. */

import { make } from '../element';
import {
  type Candidates,
  converted,
  type Length,
  stopOf,
  stops,
  total,
  type Unit,
  UNITS
} from './selection';

const NAMES: Record<Unit, string> = {
  sentences: 'sentences',
  percent: '% of sentences',
  words: 'words',
  tokens: 'tokens'
};
/** Of what a model writes: its own length, or so many tokens. */
const OWN = 'its own length';

/** The control; what it changes is told, and comes back by `show`. */
export class LengthControl {
  readonly element: HTMLElement;

  constructor(private readonly onLength: (length: Length) => void) {
    this.unit.setAttribute('aria-label', 'Unit of the length');
    this.slider.setAttribute('aria-label', 'Length');
    this.field.setAttribute('aria-label', 'Length as a number');
    this.field.min = '1';
    this.unit.addEventListener('change', () => this.turn());
    this.slider.addEventListener('input', () =>
      this.onLength({ unit: this.length.unit, amount: this.found[Number(this.slider.value)] })
    );
    this.field.addEventListener('change', () => {
      const amount = Number(this.field.value);
      if (Number.isFinite(amount) && amount > 0) {
        this.onLength({ unit: this.length.unit, amount: Math.min(amount, this.most) });
      } else {
        this.field.value = shown(this.length.amount);
      }
    });
    this.element = make('div', { className: 'albert-length' }, [
      this.slider,
      this.field,
      this.unit
    ]);
    this.element.setAttribute('role', 'group');
    this.element.setAttribute('aria-label', 'Length of the summary');
  }

  /** Offer the lengths of a text; without candidates a model writes. */
  offer(candidates: Candidates | null): void {
    this.candidates = candidates;
    const names: [Unit, string][] = candidates
      ? UNITS.map(unit => [unit, NAMES[unit]])
      : [
          ['sentences', OWN],
          ['tokens', 'tokens at most']
        ];
    this.unit.replaceChildren(
      ...names.map(([value, textContent]) => make('option', { value, textContent }))
    );
  }

  show(length: Length): void {
    const isWritten = !this.candidates;
    this.length = length;
    this.most = this.candidates ? total(this.candidates, length.unit) : Infinity;
    this.unit.value = isWritten && length.unit !== 'tokens' ? 'sentences' : length.unit;
    this.slider.hidden = isWritten;
    this.field.hidden = isWritten && length.unit !== 'tokens';
    this.field.value = shown(length.amount);
    this.field.max = String(this.most);
    if (isWritten) {
      return;
    }
    this.found = stops(length.unit, this.most);
    this.slider.min = '0';
    this.slider.max = String(this.found.length - 1);
    this.slider.disabled = this.found.length < 2;
    this.slider.value = String(stopOf(this.found, length.amount));
    this.slider.setAttribute('aria-valuetext', `${shown(length.amount)} ${NAMES[length.unit]}`);
  }

  /** Another unit: the summary stays as it is, and is measured in that. */
  private turn(): void {
    const unit = this.unit.value as Unit;
    if (this.candidates) {
      this.onLength(converted(this.candidates, this.length, unit));
    } else {
      this.onLength({ unit, amount: unit === 'tokens' ? 64 : 3 });
    }
  }

  private candidates: Candidates | null = null;
  private length: Length = { unit: 'sentences', amount: 3 };
  private most = Infinity;
  private found: number[] = [1];
  private readonly slider = make('input', { type: 'range', step: '1' });
  private readonly field = make('input', { type: 'number', className: 'albert-amount' });
  private readonly unit = make('select');
}

function shown(amount: number): string {
  return String(Math.round(amount * 10) / 10);
}
