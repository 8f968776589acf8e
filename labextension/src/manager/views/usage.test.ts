import { expect, test } from 'vitest';

import { aModel } from './testing';
import { memoryOf } from './usage';

test('the memory bar sums up what is loaded', () => {
  const status = {
    version: '',
    pid: 1,
    uptime_seconds: 1,
    device: 'cpu',
    threads: 2,
    memory_used: 5e8,
    memory_budget: 1e9,
    memory_machine: 4e9,
    memory_kept: 0,
    loaded: [aModel('a', { bytes_loaded: 1e8 }), aModel('b', { bytes_loaded: 3e8 })],
    waiting: 0,
    running: 0,
    jobs: [],
    default_model: '',
    evictions: [],
    catalog: '',
    is_offline: false,
    limits: {},
    url: ''
  };
  expect(memoryOf(status)).toMatchObject({ weights: 4e8, share: 0.4 });
  expect(memoryOf({ ...status, memory_budget: 0 })?.share).toBe(0);
  expect(memoryOf(null)).toBeNull();
});
