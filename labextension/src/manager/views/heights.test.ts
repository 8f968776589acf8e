import { describe, expect, test } from 'vitest';

import { heights } from './heights';

describe('the height of the sections', () => {
  test.each([
    ['who needs little gets it, the others share', [50, 400, 400], 450, [50, 200, 200]],
    ['what is collapsed gets nothing', [0, 300, 0], 200, [0, 200, 0]],
    ['the last open one takes what nobody needs', [50, 60, 0], 300, [50, 250, 0]],
    ['all are short when there is little room', [100, 100], 60, [30, 30]],
    ['nothing is open', [0, 0], 100, [0, 0]]
  ])('%s', (_, needs, room, expected) => expect(heights(needs, room)).toEqual(expected));
});
