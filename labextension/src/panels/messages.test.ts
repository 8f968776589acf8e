import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';

import { decode, type Model, RequestFailed, Requests } from './messages';

interface Sent {
  id: number;
  method: string;
  kind: string;
}

/** The end of the wire that the kernel holds. */
class Wire implements Model {
  readonly sent: Sent[] = [];
  private readonly listeners = new Set<(content: unknown, buffers: DataView[]) => void>();
  get = () => undefined;
  set = () => undefined;
  save_changes = () => undefined;
  on = (_event: string, callback: never) => void this.listeners.add(callback);
  off = (_event: string, callback: never) => void this.listeners.delete(callback);
  send = (content: unknown) => void this.sent.push(content as Sent);
  answer(content: unknown, buffers: DataView[] = []): void {
    this.listeners.forEach(listener => listener(content, buffers));
  }
}

describe('Requests', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  test('an answer goes to the request with its id', async () => {
    const wire = new Wire();
    const requests = new Requests(wire);
    const first = requests.ask('tokenize', {});
    const second = requests.ask('models', {});
    const [a, b] = wire.sent;
    expect(a.id).not.toBe(b.id);
    wire.answer({ id: b.id, result: 'models' });
    wire.answer({ id: a.id, result: 'tokens' });
    await expect(first).resolves.toBe('tokens');
    await expect(second).resolves.toBe('models');
  });

  test('a newer request of the same kind makes the older one void, and its late answer is not taken', async () => {
    const wire = new Wire();
    const requests = new Requests(wire);
    const older = requests.ask('tokenize', { text: 'a' });
    const newer = requests.ask('tokenize', { text: 'ab' });
    await expect(older).rejects.toMatchObject({ isVoid: true });
    expect(wire.sent[0].kind).toBe(wire.sent[1].kind);
    wire.answer({ id: wire.sent[0].id, result: 'old' });
    wire.answer({ id: wire.sent[1].id, result: 'new' });
    await expect(newer).resolves.toBe('new');
  });

  test('what there is of an answer is told before it is whole, to whoever still waits', async () => {
    const wire = new Wire();
    const requests = new Requests(wire);
    const heard: unknown[] = [];
    const writing = requests.ask('summarize', {}, 'summarize', partial => heard.push(partial));
    const [{ id }] = wire.sent;
    wire.answer({ id, accepted: true });
    wire.answer({ id, partial: '' });
    wire.answer({ id, partial: 'The cat' });
    wire.answer({ id: id + 9, partial: 'of another' });
    expect(heard).toEqual(['', 'The cat']);
    wire.answer({ id, result: 'The cat sat.' });
    await expect(writing).resolves.toBe('The cat sat.');
    wire.answer({ id, partial: 'late' });
    expect(heard).toHaveLength(2);
  });

  test('requests of different kinds do not disturb each other', async () => {
    const wire = new Wire();
    const requests = new Requests(wire);
    const overview = requests.ask('attention', {}, 'overview');
    const map = requests.ask('attention', {}, 'map');
    wire.sent.forEach(({ id, kind }) => wire.answer({ id, result: kind.split('/')[1] }));
    await expect(Promise.all([overview, map])).resolves.toEqual(['overview', 'map']);
  });

  test('two views of one panel never take each other for the asker', () => {
    const wire = new Wire();
    void new Requests(wire).ask('tokenize', {});
    void new Requests(wire).ask('tokenize', {});
    expect(wire.sent[0].id).not.toBe(wire.sent[1].id);
    expect(wire.sent[0].kind).not.toBe(wire.sent[1].kind);
  });

  test('an error arrives with its code, message and hint', async () => {
    const wire = new Wire();
    const asked = new Requests(wire).ask('tokenize', {});
    const error = {
      code: 'input_invalid',
      message: 'The text is empty.',
      hint: 'Type some words.'
    };
    wire.answer({ id: wire.sent[0].id, error });
    await expect(asked).rejects.toThrow('The text is empty.');
    await expect(asked).rejects.toMatchObject({ code: 'input_invalid', hint: 'Type some words.' });
    await expect(asked).rejects.toBeInstanceOf(RequestFailed);
  });

  test('silence is reported, and a late answer is still welcome', async () => {
    const wire = new Wire();
    const onSilence = vi.fn();
    const asked = new Requests(wire, onSilence).ask('tokenize', {});
    vi.advanceTimersByTime(60_000);
    expect(onSilence.mock.calls).toEqual([[true]]);
    wire.answer({ id: wire.sent[0].id, result: 1 });
    expect(onSilence.mock.calls).toEqual([[true], [false]]);
    await expect(asked).resolves.toBe(1);
  });

  test('a kernel that has accepted a request may work as long as it likes', () => {
    const wire = new Wire();
    const onSilence = vi.fn();
    void new Requests(wire, onSilence).ask('attention', {});
    wire.answer({ id: wire.sent[0].id, accepted: true });
    vi.advanceTimersByTime(600_000);
    expect(onSilence).not.toHaveBeenCalled();
  });

  test('a panel that is taken away leaves nothing waiting', async () => {
    const wire = new Wire();
    const requests = new Requests(wire);
    const asked = requests.ask('attention', {});
    requests.dispose();
    await expect(asked).rejects.toMatchObject({ isVoid: true });
    // The kernel learns which view it was, and gives up what it holds for it.
    const [first, last] = [wire.sent[0], wire.sent.at(-1)];
    expect(last?.method).toBe('leave');
    expect(last?.kind.split('/')[0]).toBe(first.kind.split('/')[0]);
    // Whoever still wants to ask is told so, and nothing waits.
    await expect(requests.ask('head_statistics', {})).rejects.toMatchObject({ isVoid: true });
    expect(wire.sent.at(-1)).toBe(last);
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('decode', () => {
  /** A view that begins where no 4-byte number may begin, as slices of a websocket message do. */
  function unaligned(array: Float32Array | BigInt64Array | Int32Array): DataView {
    const bytes = new Uint8Array(array.byteLength + 3);
    bytes.set(new Uint8Array(array.buffer), 3);
    return new DataView(bytes.buffer, 3, array.byteLength);
  }

  test('arrays are found at any depth and read from unaligned buffers', () => {
    const data = {
      $type: 'AttentionMaps',
      scale: { $array: 1, dtype: 'float32', shape: [1, 2] },
      tokens: { ids: { $array: 0, dtype: 'int64', shape: [3] }, tokens: ['a', 'b', 'c'] },
      rows: [0, 1]
    };
    const decoded = decode(data, [
      unaligned(BigInt64Array.of(101n, 7592n, 2n ** 40n)),
      unaligned(Float32Array.of(0.25, -1))
    ]) as {
      scale: { data: Float32Array; shape: number[] };
      tokens: { ids: { data: ArrayLike<number> } };
    };
    expect(decoded.scale).toEqual({ data: Float32Array.of(0.25, -1), shape: [1, 2] });
    expect(Array.from(decoded.tokens.ids.data)).toEqual([101, 7592, 2 ** 40]);
  });

  test('bool and int8 keep their values', () => {
    const buffer = new DataView(Uint8Array.of(1, 0, 255).buffer);
    const read = (dtype: string) =>
      decode({ $array: 0, dtype, shape: [3] }, [buffer]) as { data: ArrayLike<number> };
    expect(Array.from(read('bool').data)).toEqual([1, 0, 255]);
    expect(Array.from(read('int8').data)).toEqual([1, 0, -1]);
  });

  test('an unknown type is an error, not garbage', () => {
    const buffer = new DataView(new ArrayBuffer(2));
    expect(() => decode({ $array: 0, dtype: 'float16', shape: [1] }, [buffer])).toThrow('float16');
  });
});
