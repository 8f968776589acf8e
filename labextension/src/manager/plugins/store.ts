/** The page's one store. */

import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import { Token } from '@lumino/coreutils';

import { version } from '../../../package.json';
import { ANSWERED } from '../../panels/messages';
import { ManagerStore } from '../store';

/** The store, for the other plugins. */
export const IStore = new Token<ManagerStore>(
  'albert-widgets:IStore',
  'What the page knows of the BERT backend; the only one that asks it.'
);

/** Makes the store when another plugin needs it. */
export const store: JupyterFrontEndPlugin<ManagerStore> = {
  id: 'albert-widgets:store',
  description: 'Knows models, jobs and the state of the BERT backend.',
  provides: IStore,
  optional: [ITranslator],
  activate: (app: JupyterFrontEnd, translator: ITranslator | null) => {
    const made = new ManagerStore({
      serverSettings: app.serviceManager.serverSettings,
      sessions: app.serviceManager.sessions,
      words: (translator ?? nullTranslator).load('albert_widgets'),
      version,
      isHidden: () => document.hidden
    });
    document.addEventListener('visibilitychange', () => made.nudge());
    window.addEventListener('pagehide', () => made.emptyTrash());
    // In a notebook that works with the backend nobody waits half a minute for the next look.
    window.addEventListener(ANSWERED, () => made.noteAnswer());
    // JupyterLab's own start comes first.
    void app.restored.then(() => made.start());
    return made;
  }
};
