/** A number on its scale: the span of the values that the model was judged on. */

import { make } from '../frame';
import { numberText, placeOn } from './state';

/** The number, and where it lies; without a scale the number alone. */
export class ValueScale {
  readonly element: HTMLElement;

  constructor() {
    this.bar = make('div', { className: 'albert-value-track' }, [make('i')]);
    this.ends = make('div', { className: 'albert-value-ends' }, [this.low, this.high]);
    this.element = make('div', { className: 'albert-value' }, [this.number, this.bar, this.ends]);
  }

  show(value: number, scale: [number, number] | null): void {
    this.number.textContent = numberText(value);
    this.bar.hidden = this.ends.hidden = !scale;
    if (!scale) {
      return;
    }
    const [low, high] = scale;
    const isBeyond = value < low || value > high;
    this.bar.style.setProperty('--albert-place', `${placeOn(value, scale) * 100}%`);
    this.bar.toggleAttribute('data-beyond', isBeyond);
    this.low.textContent = numberText(low);
    this.high.textContent = numberText(high);
    const said = isBeyond ? ', beyond them' : '';
    this.bar.setAttribute('role', 'img');
    this.bar.setAttribute(
      'aria-label',
      `${numberText(value)}; the validation values go from ${numberText(low)} to ${numberText(high)}${said}`
    );
    this.bar.title = 'The span of the validation values of this run';
  }

  private readonly number = make('strong');
  private readonly bar: HTMLElement;
  private readonly ends: HTMLElement;
  private readonly low = make('span');
  private readonly high = make('span');
}
