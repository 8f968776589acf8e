/** What is saved with each panel: a few lines that fetch the panel's front end from the kernel, once for a page. */

import { make } from './element';
import type { Model } from './messages';
import type { Panel } from './page';

const SILENT =
  'The panel waits for its kernel, which is busy or gone. Wait for it, or run this cell again.';
/** How long nothing is said of the waiting, in milliseconds. */
const PATIENCE = 4000;

/** Front ends of this page by name and content, whichever panel fetched them. */
const KEPT = Symbol.for('albert-widgets:front-ends');
const page = globalThis as { [KEPT]?: Map<string, Promise<Panel>> };

const loader = {
  async render({ model, el }: { model: Model; el: HTMLElement }): Promise<() => void> {
    const note = make('p', { hidden: true });
    note.setAttribute('role', 'status');
    el.replaceChildren(note);
    const say = (text: string) => {
      note.textContent = text;
      note.hidden = false;
    };
    const patience = setTimeout(() => say(SILENT), PATIENCE);
    try {
      const panel = await frontEnd(model);
      return panel.render({ model, el });
    } catch (error) {
      say(`The panel cannot be shown: ${(error as Error).message}`);
      return () => undefined;
    } finally {
      clearTimeout(patience);
    }
  }
};

function frontEnd(model: Model): Promise<Panel> {
  const kept = (page[KEPT] ??= new Map());
  const name = String(model.get('front_end'));
  const known = kept.get(name);
  if (known) {
    return known;
  }
  const loading = fetched(model).then(moduleOf);
  kept.set(name, loading);
  loading.catch(() => kept.delete(name));
  return loading;
}

function fetched(model: Model): Promise<string> {
  const id = Math.floor(Math.random() * 2 ** 52);
  return new Promise((resolve, reject) => {
    const receive = (content: {
      id: number;
      result?: string;
      error?: { message: string; hint: string };
    }) => {
      if (content.id === id && content.result !== undefined) {
        resolve(content.result);
      } else if (content.id === id && content.error) {
        reject(new Error(`${content.error.message} ${content.error.hint}`));
      } else {
        return;
      }
      model.off('msg:custom', receive);
    };
    model.on('msg:custom', receive);
    // A kind of its own, and no view's: two panels may fetch at the same time.
    model.send({ id, method: 'front_end', kind: `front_end ${id}`, params: {} });
  });
}

async function moduleOf(source: string): Promise<Panel> {
  const url = URL.createObjectURL(new Blob([source], { type: 'text/javascript' }));
  try {
    return ((await import(url)) as { default: Panel }).default;
  } finally {
    URL.revokeObjectURL(url);
  }
}

export default loader;
