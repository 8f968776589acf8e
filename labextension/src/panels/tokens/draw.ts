/** The chips of the token panel: one element a token, walked with the arrow keys. */

import { focusedBeside } from '../element';
import { make } from '../frame';
import { direction, visible } from '../text';
import { type Chip, description } from './state';

/** Tokens drawn at most; the counts always tell of all. */
export const SHOWN = 3000;

/** Draw chips into `list`; earlier ones are replaced, the focus stays at its place. */
export function drawChips(list: HTMLElement, chips: Chip[], text: string): void {
  const focused = [...list.children].indexOf(focusedBeside(list) as Element);
  list.dir = direction(text);
  const drawn = chips.slice(0, SHOWN).map(element);
  list.replaceChildren(...drawn);
  const first = drawn[Math.min(Math.max(focused, 0), drawn.length - 1)];
  if (first) {
    first.tabIndex = 0;
    if (focused >= 0) {
      first.focus();
    }
  }
  if (chips.length > SHOWN) {
    list.append(
      make('span', {
        className: 'albert-empty',
        textContent: ` … ${chips.length - SHOWN} more tokens`
      })
    );
  }
}

/** Move the focus among the chips as a key says; returns whether the key was one for that. */
export function walk(list: HTMLElement, key: string): boolean {
  const all = [...list.querySelectorAll<HTMLElement>('.albert-chip')];
  const at = all.indexOf(focusedBeside(list) as HTMLElement);
  const forward = list.dir === 'rtl' ? 'ArrowLeft' : 'ArrowRight';
  const backward = list.dir === 'rtl' ? 'ArrowRight' : 'ArrowLeft';
  const to = { [forward]: at + 1, [backward]: at - 1, Home: 0, End: all.length - 1 }[key];
  if (at < 0 || to === undefined) {
    return false;
  }
  const next = all[Math.min(Math.max(to, 0), all.length - 1)];
  all[at].tabIndex = -1;
  next.tabIndex = 0;
  next.focus();
  return true;
}

function element(chip: Chip): HTMLElement {
  const shown = make('span', { className: `albert-chip albert-${chip.kind}`, tabIndex: -1 }, [
    make('bdi', {}, [
      ...(chip.marker ? [make('i', { textContent: chip.marker })] : []),
      // A token that is only a marker or a space must still be something to see.
      visible(chip.label) || '␣'
    ]),
    make('small', { textContent: String(chip.id) })
  ]);
  shown.setAttribute('role', 'listitem');
  shown.setAttribute('aria-label', description(chip));
  shown.dataset.index = String(chip.index);
  shown.dataset.shade = chip.word < 0 ? '' : String(chip.word % 2);
  shown.toggleAttribute('data-continued', chip.isContinued);
  shown.toggleAttribute('data-beyond', chip.isBeyond);
  return shown;
}
