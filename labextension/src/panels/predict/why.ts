/** Which words speak for a class, and which against it. */

import { make } from '../frame';
import { type Attribution, type Method, METHODS, scoreNote, scoreRow, wordScores } from '../scores';
import { coloursOf } from '../theme';

type Point = (text: string | null, chip?: HTMLElement) => void;

/** The explanation, and how it is made. */
export class WhyView {
  readonly element: HTMLElement;
  /** What is coloured, for a picture. */
  readonly picture = make('div');
  found: Attribution | null = null;

  /** @param onMethod Another way to weigh words was chosen. */
  constructor(
    private readonly point: Point,
    private readonly onMethod: (method: Method) => void
  ) {
    this.method.setAttribute('aria-label', 'Method');
    this.method.append(
      ...(Object.keys(METHODS) as Method[]).map(value =>
        make('option', { value, textContent: METHODS[value] })
      )
    );
    this.method.addEventListener('change', () => this.onMethod(this.method.value as Method));
    this.element = make('section', { className: 'albert-because', hidden: true }, [
      make('div', { className: 'albert-because-head' }, [this.title, this.method]),
      this.picture
    ]);
    this.element.setAttribute('aria-label', 'Why');
  }

  /** An explanation is on its way; the one before stays, faded, until it is there. */
  wait(title: string, method: Method, isNumber: boolean, isFixed: boolean): void {
    this.isNumber = isNumber;
    this.title.textContent = title;
    this.method.value = method;
    this.method.disabled = isFixed;
    this.element.hidden = false;
    this.element.setAttribute('aria-busy', 'true');
  }

  show(found: Attribution): void {
    this.found = found;
    this.element.setAttribute('aria-busy', 'false');
    this.draw();
  }

  /** There is none, for a reason. */
  refuse(reason: string): void {
    this.found = null;
    this.element.setAttribute('aria-busy', 'false');
    this.picture.replaceChildren(
      make('p', { className: 'albert-because-note', textContent: reason })
    );
  }

  hide(): void {
    this.found = null;
    this.element.hidden = true;
    this.picture.replaceChildren();
  }

  /** Draw in the present colours. */
  draw(): void {
    const { found } = this;
    if (!found) {
      return;
    }
    const row = scoreRow(wordScores(found), found.target, coloursOf(this.element), this.point);
    row.setAttribute('aria-label', `What speaks for ${found.target}`);
    this.picture.replaceChildren(
      row,
      make('p', { className: 'albert-because-note', textContent: scoreNote(found, this.isNumber) })
    );
  }

  private isNumber = false;
  private readonly title = make('h4');
  private readonly method = make('select');
}
