/** What colours mean, and how the same numbers are had in Python. */

import { make } from '../frame';
import { css } from '../theme';
import type { Brush } from './draw';

/** The scale of colours from 0 to the largest weight, and a line of code. */
export class Legend {
  readonly element: HTMLElement;

  constructor() {
    this.element = make('div', { className: 'albert-legend' }, [
      '0',
      this.scale,
      this.top,
      this.code
    ]);
  }

  /** Show what a view's colours end at, and the code for its numbers. */
  show(largest: number, code: string): void {
    this.top.textContent = largest.toFixed(2);
    this.code.textContent = code;
  }

  /** Draw the scale in the present colours. */
  draw({ ramp }: Brush): void {
    const stops = [0, 4, 16, 36, 64, 100, 144, 196, 255].map(at => {
      const [red, green, blue] = ramp.subarray(at * 4);
      return `${css([red, green, blue, 1])} ${Math.round(at / 2.55)}%`;
    });
    this.scale.style.background = `linear-gradient(to right, ${stops.join()})`;
  }

  private readonly scale = make('span', {
    className: 'albert-scale',
    title: 'Colours and bars follow the square root.'
  });
  private readonly top = make('span');
  private readonly code = make('code', {
    title: 'In Python, layers, heads and tokens count from 0.'
  });
}
