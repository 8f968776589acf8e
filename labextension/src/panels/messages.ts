/** Requests of a panel to its kernel, answered by id; arrays come back as typed arrays. */

/** What anywidget hands to a panel: the part of its model that panels use. */
export interface Model {
  get(name: string): unknown;
  set(name: string, value: unknown): void;
  save_changes(): void;
  on(event: string, callback: (...args: never[]) => void): void;
  off(event: string, callback: (...args: never[]) => void): void;
  send(content: unknown): void;
  /** Where the host can show one widget within another. */
  widget_manager?: WidgetManager;
}

/** The part of a host's widget manager that shows another widget. */
export interface WidgetManager {
  get_model(id: string): Promise<unknown>;
  create_view(model: unknown): Promise<{ el: HTMLElement; remove(): void }>;
}

/** An array of a result: its numbers in C order, and its extents. */
export interface NumberArray<T extends ArrayLike<number> = ArrayLike<number>> {
  data: T;
  shape: number[];
}

/** An error that a person may read: what was wrong, and what to do. */
export class RequestFailed extends Error {
  constructor(
    readonly code: string,
    message: string,
    readonly hint = ''
  ) {
    super(message);
  }

  /** Whether nobody waits for the answer any more: superseded, cancelled, or the panel is gone. */
  get isVoid(): boolean {
    return this.code === 'void';
  }
}

interface Answer {
  id: number;
  accepted?: boolean;
  partial?: unknown;
  result?: unknown;
  error?: { code: string; message: string; hint?: string };
}

interface Waiting {
  id: number;
  silence: ReturnType<typeof setTimeout>;
  onPartial?(partial: unknown): void;
  resolve(result: unknown): void;
  reject(reason: RequestFailed): void;
}

/** Event of the page: a panel got an answer, so the backend runs. */
export const ANSWERED = 'albert-widgets:answered';

/** What a view says last; it waits for no answer. */
const LEAVE = 'leave';

/** How long a kernel may take to say that it has got a request, in milliseconds. */
const SILENCE = 4000;

/** Asks the kernel; of each kind of request only the newest one counts. */
export class Requests {
  /**
   * @param model The panel's model.
   * @param onSilence Called with true when the kernel stays silent (busy or gone), with false when it speaks again.
   */
  constructor(
    private readonly model: Model,
    private readonly onSilence: (isSilent: boolean) => void = () => undefined
  ) {
    model.on('msg:custom', this.receive);
  }

  /**
   * Ask for `method`; an earlier request of the same kind is void from now on.
   *
   * The promise stays open while the kernel is busy: a late answer is as welcome as a quick one.
   *
   * @param onPartial Told what there is of an answer that takes long, before it is whole.
   */
  ask<T>(
    method: string,
    params: Record<string, unknown>,
    kind = method,
    onPartial?: (partial: unknown) => void
  ): Promise<T> {
    this.cancel(kind);
    if (this.isDisposed) {
      // What was about to be asked would keep a panel alive that is gone.
      return Promise.reject(nobodyWaits());
    }
    const id = ++this.lastId;
    // The kernel, too, lets only the newest request of a kind count; another view of this panel is no rival.
    const rivals = `${this.view}/${kind}`;
    return new Promise<T>((resolve, reject) => {
      const silence = setTimeout(() => this.setSilent(true), SILENCE);
      const entry = { id, silence, onPartial, resolve: resolve as Waiting['resolve'], reject };
      this.waiting.set(kind, entry);
      this.model.send({ id, method, kind: rivals, params });
    });
  }

  /** Give up the request of a kind, or all of them. */
  cancel(kind?: string): void {
    for (const [name, entry] of [...this.waiting]) {
      if (kind === undefined || name === kind) {
        this.settle(name, entry);
        entry.reject(nobodyWaits());
      }
    }
  }

  /** Give up everything, and let the kernel do so, too; for when the panel is taken off the page. */
  dispose(): void {
    this.isDisposed = true;
    this.cancel();
    this.model.off('msg:custom', this.receive);
    try {
      this.model.send({ id: ++this.lastId, method: LEAVE, kind: `${this.view}/${LEAVE}` });
    } catch {
      // The kernel is gone already.
    }
  }

  private readonly receive = (content: Answer, buffers: DataView[] = []): void => {
    this.setSilent(false);
    const found = [...this.waiting].find(([, entry]) => entry.id === content.id);
    if (!found) {
      return;
    }
    const [kind, entry] = found;
    clearTimeout(entry.silence);
    if (content.error) {
      const { code, message, hint } = content.error;
      this.settle(kind, entry);
      entry.reject(new RequestFailed(code, message, hint));
    } else if (content.partial !== undefined) {
      entry.onPartial?.(content.partial);
    } else if (!content.accepted) {
      this.settle(kind, entry);
      entry.resolve(decode(content.result, buffers));
      // Where there is a status bar on the page, it learns at once that the backend runs.
      globalThis.dispatchEvent?.(new Event(ANSWERED));
    }
  };

  private settle(kind: string, entry: Waiting): void {
    clearTimeout(entry.silence);
    this.waiting.delete(kind);
  }

  private setSilent(isSilent: boolean): void {
    if (isSilent !== this.isSilent) {
      this.isSilent = isSilent;
      this.onSilence(isSilent);
    }
  }

  private readonly waiting = new Map<string, Waiting>();
  private isSilent = false;
  private isDisposed = false;
  // Answers reach every view of a panel, so the ids of two views must not meet.
  private readonly view = Math.floor(Math.random() * 2 ** 32);
  private lastId = this.view * 2 ** 20;
}

function nobodyWaits(): RequestFailed {
  return new RequestFailed('void', 'Nobody waits for this answer any more.');
}

/** Return `data` with every `{"$array": index, dtype, shape}` replaced by a {@link NumberArray}. */
export function decode(data: unknown, buffers: DataView[]): unknown {
  if (Array.isArray(data)) {
    return data.map(part => decode(part, buffers));
  }
  if (data === null || typeof data !== 'object' || ArrayBuffer.isView(data)) {
    return data;
  }
  const entries = data as Record<string, unknown>;
  if (typeof entries.$array === 'number') {
    return {
      data: typedArray(buffers[entries.$array], String(entries.dtype)),
      shape: entries.shape
    };
  }
  return Object.fromEntries(
    Object.entries(entries).map(([key, part]) => [key, decode(part, buffers)])
  );
}

function typedArray(view: DataView, dtype: string): ArrayLike<number> {
  // A buffer is a slice of a longer message and may begin anywhere; typed arrays must begin on their own grid.
  const bytes = view.buffer.slice(
    view.byteOffset,
    view.byteOffset + view.byteLength
  ) as ArrayBuffer;
  switch (dtype) {
    case 'uint8':
    case 'bool':
      return new Uint8Array(bytes);
    case 'int8':
      return new Int8Array(bytes);
    case 'int32':
      return new Int32Array(bytes);
    case 'float32':
      return new Float32Array(bytes);
    case 'float64':
      return new Float64Array(bytes);
    case 'int64':
      return Float64Array.from(new BigInt64Array(bytes), Number);
    default:
      throw new RequestFailed('malformed', `The kernel sent an array of unknown type ${dtype}.`);
  }
}
