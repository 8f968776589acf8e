/** What colours mean, and how the same numbers are had in Python. */

import { make } from '../frame';
import type { Brush } from './draw';

/** The scale of colours from 0 to the largest weight, and a line of code. */
export class Legend {
  readonly element: HTMLElement;

  constructor() {
    this.element = make('div', { className: 'albert-legend' }, [
      '0',
      this.scale,
      this.top,
      this.unit,
      this.code
    ]);
  }

  /** Show what a view's colours end at, the code for its numbers, and what they are. */
  show(largest: number, code: string, unit = ''): void {
    this.unit.textContent = unit;
    this.top.textContent = largest.toFixed(2);
    this.code.textContent = code;
  }

  /** Draw the scale in the present colours. */
  draw({ ramp }: Brush): void {
    const colours = new ImageData(256, 1);
    colours.data.set(ramp);
    this.scale.getContext('2d')?.putImageData(colours, 0, 0);
  }

  private readonly scale = make('canvas', {
    className: 'albert-scale',
    width: 256,
    height: 1,
    title: 'Colours and bars follow the square root.'
  });
  private readonly top = make('span');
  private readonly unit = make('span');
  private readonly code = make('code', {
    title: 'In Python, layers, heads and tokens count from 0.'
  });
}
