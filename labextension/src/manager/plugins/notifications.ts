/** Says when a job ends that this page has seen at work. */

import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { Notification } from '@jupyterlab/apputils';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

import { Endings } from '../notify';
import type { ManagerStore } from '../store';
import { CommandIDs } from '../tokens';
import type { Job } from '../types';
import { IStore } from './store';

/** Milliseconds for which good news stands there; bad news waits to be read. */
const GOOD_NEWS = 8000;

/** JupyterLab's own notifications, which its users can read again later. */
export const notifications: JupyterFrontEndPlugin<void> = {
  id: 'albert-widgets:notifications',
  description: 'Notifies when a download, training or export ends.',
  autoStart: true,
  requires: [IStore],
  optional: [ITranslator],
  activate: (
    { commands }: JupyterFrontEnd,
    store: ManagerStore,
    translator: ITranslator | null
  ) => {
    const trans = (translator ?? nullTranslator).load('albert_widgets');
    const endings = new Endings(trans);
    let jobs: readonly Job[] = [];
    store.changed.connect(() => {
      if (store.state.jobs === jobs) {
        return;
      }
      jobs = store.state.jobs;
      const notices = endings.of(jobs);
      if (!store.preferences.notifications) {
        return;
      }
      for (const { type, message, model } of notices) {
        const action = (label: string, id: string, args = {}) => ({
          label,
          callback: () => void commands.execute(id, args)
        });
        Notification.emit(message, type, {
          autoClose: type === 'success' ? GOOD_NEWS : false,
          actions: [
            ...(model ? [action(trans.__('Use it'), CommandIDs.use, { model })] : []),
            action(trans.__('Open sidebar'), CommandIDs.open)
          ]
        });
      }
    });
  }
};
