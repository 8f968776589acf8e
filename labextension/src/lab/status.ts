/** The status bar says whether the backend runs and what it works at; a click opens the sidebar. */

import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { IStatusBar } from '@jupyterlab/statusbar';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import { Widget } from '@lumino/widgets';

import { IStore } from '../manager/plugins/store';
import type { ManagerStore } from '../manager/store';
import { CommandIDs } from '../manager/tokens';
import { type Shown, shownOf } from './shown';

/** Shows what the store knows; asks nobody itself. */
export const status: JupyterFrontEndPlugin<void> = {
  id: 'albert-widgets:status',
  description: 'Shows whether the BERT backend runs, and its jobs.',
  autoStart: true,
  requires: [IStore],
  optional: [IStatusBar, ITranslator],
  activate: (
    app: JupyterFrontEnd,
    store: ManagerStore,
    bar: IStatusBar | null,
    translator: ITranslator | null
  ) => {
    if (!bar) {
      // Notebook 7 has no status bar; the panels say themselves what is wrong.
      return;
    }
    const words = (translator ?? nullTranslator).load('albert_widgets');
    const item = new StatusItem(() => {
      if (app.commands.hasCommand(CommandIDs.open)) {
        void app.commands.execute(CommandIDs.open);
      }
    });
    const present = () => item.present(shownOf(store.state, store.finding, words));
    store.changed.connect(present);
    item.disposed.connect(() => store.changed.disconnect(present));
    bar.registerStatusItem('albert-widgets:status', { item, align: 'left', rank: 90 });
  }
};

class StatusItem extends Widget {
  constructor(private readonly open: () => void) {
    super();
    this.addClass('jp-AlbertStatus');
    const dot = document.createElement('span');
    dot.className = 'jp-AlbertStatus-dot';
    this.node.append(dot, this.text);
    this.node.setAttribute('role', 'button');
    this.node.tabIndex = 0;
    this.hide();
  }

  /** Show what is known. */
  present(shown: Shown | null): void {
    if (shown) {
      this.node.dataset.state = shown.state;
      this.text.textContent = shown.text;
      this.node.title = shown.title;
    }
    this.setHidden(shown === null);
  }

  /** Listen to clicks, and to the keys that mean one. */
  handleEvent(event: Event): void {
    if (event.type === 'click') {
      this.open();
    } else if (['Enter', ' '].includes((event as KeyboardEvent).key)) {
      event.preventDefault();
      this.open();
    }
  }

  protected override onAfterAttach(): void {
    this.node.addEventListener('click', this);
    this.node.addEventListener('keydown', this);
  }

  protected override onBeforeDetach(): void {
    this.node.removeEventListener('click', this);
    this.node.removeEventListener('keydown', this);
  }

  private readonly text = document.createElement('span');
}
