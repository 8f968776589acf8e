/** A panel on a page of its own, without a kernel: the data lie in the page. */

import { decode, type Model, RequestFailed } from './messages';

/** A panel as anywidget wants it: shows itself, and returns what takes it away again. */
export interface Panel {
  render(context: { model: Model; el: HTMLElement }): () => void;
}

/** Answers a request from what the page holds, or throws. */
export type Answers = (method: string, params: Record<string, unknown>, data: unknown) => unknown;

interface PageData {
  state: Record<string, unknown>;
  result: unknown;
  buffers: string[];
}

/** Show `panel` if this module is part of a page that `Panel.to_html` wrote; in a notebook nothing happens. */
export function showOnPage(panel: Panel, answers: Answers): void {
  const source = document.getElementById('albert-widgets-data');
  const el = document.getElementById('albert-widgets-panel');
  if (!source?.textContent || !el) {
    return;
  }
  const page = JSON.parse(source.textContent) as PageData;
  const data = decode(page.result, page.buffers.map(bytes));
  panel.render({ model: new PageModel(page.state, data, answers), el });
}

class PageModel implements Model {
  constructor(
    private readonly state: Record<string, unknown>,
    private readonly data: unknown,
    private readonly answers: Answers
  ) {}

  get(name: string): unknown {
    return name === 'is_page' ? true : this.state[name];
  }

  set(name: string, value: unknown): void {
    this.state[name] = value;
  }

  save_changes(): void {
    // Nobody else is there to hear of it.
  }

  on(event: string, callback: (...args: never[]) => void): void {
    if (event === 'msg:custom') {
      this.listeners.add(callback);
    }
  }

  off(_event: string, callback: (...args: never[]) => void): void {
    this.listeners.delete(callback);
  }

  send(content: { id: number; method: string; params: Record<string, unknown> }): void {
    queueMicrotask(() => {
      const answer = this.answer(content.method, content.params);
      this.listeners.forEach(listener =>
        (listener as (a: unknown) => void)({ id: content.id, ...answer })
      );
    });
  }

  private answer(method: string, params: Record<string, unknown>): Record<string, unknown> {
    try {
      // The Python of the view that was saved.
      const result = method === 'code' ? this.state.code : this.answers(method, params, this.data);
      return { result };
    } catch (error) {
      const failed =
        error instanceof RequestFailed ? error : new RequestFailed('page', String(error));
      return { error: { code: failed.code, message: failed.message, hint: failed.hint } };
    }
  }

  private readonly listeners = new Set<(...args: never[]) => void>();
}

function bytes(base64: string): DataView {
  return new DataView(Uint8Array.from(atob(base64), character => character.charCodeAt(0)).buffer);
}
