/** How the sections share the height: who needs little gets what it needs, the rest is shared evenly. */

/** Return heights that sum up to `room`. `needs` is what each section would like; collapsed ones need 0. */
export function heights(needs: readonly number[], room: number): number[] {
  const given = needs.map(() => 0);
  let open = needs.map((need, at) => [need, at] as const).filter(([need]) => need > 0);
  let left = room;
  while (open.length > 0) {
    const even = left / open.length;
    const modest = open.filter(([need]) => need <= even);
    if (modest.length === 0) {
      for (const [, at] of open) {
        given[at] = even;
      }
      return given;
    }
    for (const [need, at] of modest) {
      given[at] = need;
      left -= need;
    }
    open = open.filter(([need]) => need > even);
  }
  // All have what they need: the last one takes what is left, so that nothing moves above it.
  const last = needs.reduce((found, need, at) => (need > 0 ? at : found), -1);
  if (last >= 0) {
    given[last] += Math.max(left, 0);
  }
  return given;
}
