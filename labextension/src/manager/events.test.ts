import { expect, test } from 'vitest';

import { EventParser } from './events';

const STREAM = [
  'id: 1\ndata: {"a": 1}\n\n',
  ': heartbeat\n\n',
  'event: end\ndata: {}\n\n',
  'data: first\ndata:second\n\n',
  'data\n\n',
  'id: 2\r\ndata: {"雪": "🙂"}\r\n\r\n'
].join('');
const EVENTS = ['{"a": 1}', 'first\nsecond', '', '{"雪": "🙂"}'];

test('nameless events are given, heartbeats and others are not', () => {
  expect(new EventParser().push(STREAM)).toEqual(EVENTS);
});

test.each([1, 2, 3, 5, 7, 16])('pieces of %i characters make the same events', size => {
  const parser = new EventParser();
  const found: string[] = [];
  for (let at = 0; at < STREAM.length; at += size) {
    found.push(...parser.push(STREAM.slice(at, at + size)));
  }
  expect(found).toEqual(EVENTS);
});

test('a carriage return and its line feed in two pieces are one end of a line', () => {
  const parser = new EventParser();
  expect(parser.push('data: a\r')).toEqual([]);
  expect(parser.push('\ndata: b\r\n\r')).toEqual([]);
  expect(parser.push('\n')).toEqual(['a\nb']);
});

test('an event that has not ended is not given', () => {
  const parser = new EventParser();
  expect(parser.push('data: half\n')).toEqual([]);
  expect(parser.push('\ndata: next')).toEqual(['half']);
});
