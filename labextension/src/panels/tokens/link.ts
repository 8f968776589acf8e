/** From the text to its chips: where the caret, the selection or the pointer is, the chips are outlined. */

import { focusedBeside } from '../element';
import { CodePoints } from '../text';
import type { Chip } from './state';

/** A span of the text (segment 0) or the pair (1), in code points; empty for a caret. */
export interface Place {
  segment: number;
  start: number;
  end: number;
}

/** Return the chips of a place; those before it when it is the end of the text. */
export function chipsAt(chips: Chip[], { segment, start, end }: Place): Chip[] {
  const own = chips.filter(chip => chip.segment === segment);
  const inside = own.filter(chip => chip.start < Math.max(end, start + 1) && chip.end > start);
  return inside.length ? inside : own.filter(chip => chip.end === start && chip.start < chip.end);
}

/**
 * Report the place in the fields that the person works at; null when it is none.
 *
 * @returns A function that stops listening.
 */
export function watchPlaces(
  fields: HTMLTextAreaElement[],
  onPlace: (place: Place | null) => void
): () => void {
  const place = (segment: number, from: number, to: number): Place => {
    const points = new CodePoints(fields[segment].value);
    const start = points.at(from);
    return { segment, start, end: to > from ? points.at(to - 1) + 1 : start };
  };
  const onSelection = () => {
    const segment = fields.indexOf(focusedBeside(fields[0]) as HTMLTextAreaElement);
    if (segment >= 0) {
      const { selectionStart, selectionEnd } = fields[segment];
      onPlace(place(segment, selectionStart, selectionEnd));
    }
  };
  const onLeave = () => {
    onPlace(null);
    // With the pointer gone, the caret counts again.
    onSelection();
  };
  const onBlur = () => onPlace(null);
  const onMove = (event: PointerEvent) => {
    const field = event.currentTarget as HTMLTextAreaElement;
    // Not every browser can tell; the caret still does.
    const found = document.caretPositionFromPoint?.(event.clientX, event.clientY);
    if (found?.offsetNode === field && !event.buttons) {
      onPlace(place(fields.indexOf(field), found.offset, found.offset));
    }
  };
  document.addEventListener('selectionchange', onSelection);
  for (const field of fields) {
    field.addEventListener('pointermove', onMove);
    field.addEventListener('pointerleave', onLeave);
    field.addEventListener('blur', onBlur);
    // Where "selectionchange" does not tell of a text area's own selection.
    field.addEventListener('select', onSelection);
    field.addEventListener('keyup', onSelection);
  }
  return () => document.removeEventListener('selectionchange', onSelection);
}
