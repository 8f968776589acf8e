/** How wide diagrams may be that stand beside each other. */

const GAP = 24;
const LEAST = 260;

/** Return the width of each of `count` diagrams in a box, at most `most`; 0 while the box is not on the page. */
export function roomOf(box: HTMLElement, count: number, most: number): number {
  return widthOf(box.clientWidth, count, most);
}

/** Return how wide each of `count` diagrams is in so much room: beside each other, or each in a line of its own. */
export function widthOf(room: number, count: number, most: number): number {
  const beside = Math.max(1, Math.min(count, Math.floor((room + GAP) / (LEAST + GAP))));
  return Math.max(0, Math.min(most, Math.floor((room - (beside - 1) * GAP) / beside)));
}
