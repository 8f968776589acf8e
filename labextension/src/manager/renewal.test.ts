import { expect, test } from 'vitest';

import { Renewal } from './renewal';

test('never fetches twice at once, and fetches again for who asked meanwhile', async () => {
  let [running, most, count] = [0, 0, 0];
  const renewal = new Renewal(async () => {
    most = Math.max(most, ++running);
    count++;
    await new Promise(resolve => setTimeout(resolve, 5));
    running--;
  }, 1);
  const first = renewal.now();
  await new Promise(resolve => setTimeout(resolve, 1));
  await Promise.all([first, renewal.now(), renewal.now()]);
  expect([most, count]).toEqual([1, 2]);
});
