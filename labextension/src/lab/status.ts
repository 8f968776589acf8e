/** The status bar says whether the backend runs, and what to type where it cannot. */

import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { URLExt } from '@jupyterlab/coreutils';
import { ServerConnection } from '@jupyterlab/services';
import { IStatusBar } from '@jupyterlab/statusbar';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import { Poll } from '@lumino/polling';
import { Widget } from '@lumino/widgets';

import { version } from '../../package.json';
import { ANSWERED } from '../panels/messages';
import { type Finding, type Health, shownOf, type Shown } from './health';

const INTERVAL = 30_000;

/** Shows the state of the backend; looks again every 30 seconds while the page is seen, and on a click. */
export const status: JupyterFrontEndPlugin<void> = {
  id: 'albert-widgets:status',
  description: 'Shows whether the BERT backend runs.',
  autoStart: true,
  optional: [IStatusBar, ITranslator],
  activate: (app: JupyterFrontEnd, bar: IStatusBar | null, translator: ITranslator | null) => {
    if (!bar) {
      // Notebook 7 has no status bar; the panels say themselves what is wrong.
      return;
    }
    const words = (translator ?? nullTranslator).load('albert_widgets');
    const { serverSettings } = app.serviceManager;
    const item = new StatusItem();
    const poll = new Poll({
      name: 'albert-widgets:health',
      auto: false,
      factory: async () => item.present(shownOf(await find(serverSettings), version, words)),
      frequency: { interval: INTERVAL, backoff: true, max: 10 * INTERVAL },
      standby: 'when-hidden'
    });
    item.node.addEventListener('click', () => void poll.refresh());
    const answered = () => void (item.isReady || poll.refresh());
    window.addEventListener(ANSWERED, answered);
    item.disposed.connect(() => {
      window.removeEventListener(ANSWERED, answered);
      poll.dispose();
    });
    bar.registerStatusItem('albert-widgets:status', { item, align: 'left', rank: 90 });
    void app.restored.then(() => poll.start());
  }
};

/** Ask the door; starts no backend. */
async function find(settings: ServerConnection.ISettings): Promise<Finding> {
  try {
    const url = URLExt.join(settings.baseUrl, 'albert-widgets', 'health');
    const response = await ServerConnection.makeRequest(url, {}, settings);
    return response.ok
      ? { health: (await response.json()) as Health }
      : { status: response.status };
  } catch (error) {
    return { failure: error instanceof Error ? error.message : String(error) };
  }
}

class StatusItem extends Widget {
  constructor() {
    super();
    this.addClass('jp-AlbertStatus');
    const dot = document.createElement('span');
    dot.className = 'jp-AlbertStatus-dot';
    this.node.append(dot, this.text);
    this.hide();
  }

  /** Whether the backend was found at the last look. */
  get isReady(): boolean {
    return this.node.dataset.state === 'ready';
  }

  /** Show what is found. */
  present({ state, text, title }: Shown): void {
    this.node.dataset.state = state;
    this.text.textContent = text;
    this.node.title = title;
    this.show();
  }

  private readonly text = document.createElement('span');
}
