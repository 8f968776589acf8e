/** The sidebar with its commands, in the palette and the launcher, and its settings. */

import {
  ILayoutRestorer,
  type JupyterFrontEnd,
  type JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ICommandPalette, Notification } from '@jupyterlab/apputils';
import { IConsoleTracker } from '@jupyterlab/console';
import { ILauncher } from '@jupyterlab/launcher';
import { INotebookTracker } from '@jupyterlab/notebook';
import { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import { ISettingRegistry } from '@jupyterlab/settingregistry';
import { IStateDB } from '@jupyterlab/statedb';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

import { version } from '../../../package.json';
import { addCommands } from '../commands';
import { modelsIcon } from '../icon';
import { preferencesOf } from '../preferences';
import { ManagerSidebar, SIDEBAR_ID } from '../sidebar';
import type { ManagerStore } from '../store';
import { CommandIDs } from '../tokens';
import { writeTour } from '../tour';
import { ModelUse } from '../use';
import { IStore } from './store';

const ID = 'albert-widgets:manager';
/** After the files, the running kernels and the table of contents. */
const RANK = 450;
/** What can be done without saying first with which model or job. */
const IN_PALETTE = [
  CommandIDs.open,
  CommandIDs.tour,
  CommandIDs.refresh,
  CommandIDs.download,
  CommandIDs.register,
  CommandIDs.compare,
  CommandIDs.clearJobs
];

/** Adds the sidebar where the page has a place for one, and the commands everywhere. */
export const manager: JupyterFrontEndPlugin<void> = {
  id: ID,
  description: 'The BERT models of this machine: load, download, use, export, delete.',
  autoStart: true,
  requires: [IStore],
  optional: [
    ITranslator,
    ISettingRegistry,
    ILayoutRestorer,
    ICommandPalette,
    ILauncher,
    INotebookTracker,
    IConsoleTracker,
    IStateDB,
    IRenderMimeRegistry
  ],
  activate: (
    app: JupyterFrontEnd,
    store: ManagerStore,
    translator: ITranslator | null,
    settings: ISettingRegistry | null,
    restorer: ILayoutRestorer | null,
    palette: ICommandPalette | null,
    launcher: ILauncher | null,
    notebooks: INotebookTracker | null,
    consoles: IConsoleTracker | null,
    state: IStateDB | null,
    rendermime: IRenderMimeRegistry | null
  ) => {
    const { commands, shell, serviceManager } = app;
    const trans = (translator ?? nullTranslator).load('albert_widgets');
    const use = new ModelUse({ shell, notebooks, consoles, words: trans }, version, trouble =>
      store.show(trouble)
    );
    commands.addCommand(CommandIDs.open, {
      label: trans.__('BERT models'),
      caption: trans.__('Open the sidebar with the BERT models of this machine'),
      icon: modelsIcon,
      execute: () => shell.activateById(SIDEBAR_ID)
    });
    commands.addCommand(CommandIDs.tour, {
      label: trans.__('BERT tour'),
      caption: trans.__('Open a copy of the tour of albert-widgets'),
      icon: modelsIcon,
      execute: async ({ cwd }) => {
        try {
          const path = await writeTour(serviceManager.contents, typeof cwd === 'string' ? cwd : '');
          return await commands.execute('docmanager:open', { path, factory: 'Notebook' });
        } catch (reason) {
          Notification.error(trans.__('The tour cannot be written here: %1', String(reason)), {
            autoClose: false
          });
        }
      }
    });
    addCommands(commands, {
      store,
      trans,
      shell,
      rendermime,
      useModel: model => use.use(model)
    });
    const sidebar = new ManagerSidebar({ store, commands, trans, state, rendermime });
    restorer?.add(sidebar, SIDEBAR_ID);
    shell.add(sidebar, 'left', { rank: RANK, type: 'BERT models' });
    for (const command of IN_PALETTE) {
      palette?.addItem({ command, category: trans.__('BERT models') });
    }
    launcher?.add({ command: CommandIDs.tour, category: trans.__('Other'), rank: 5 });
    void settings?.load(ID).then(
      loaded => {
        const follow = () => {
          store.preferences = preferencesOf(loaded.composite);
        };
        loaded.changed.connect(follow);
        follow();
      },
      // The defaults hold; the settings editor shows the mistake.
      (reason: unknown) => console.warn('The settings of albert-widgets cannot be read.', reason)
    );
  }
};
