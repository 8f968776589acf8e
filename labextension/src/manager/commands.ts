/** PLACEHOLDER of the branch "core": take the file of the branch "views". */

import type { JupyterFrontEnd } from '@jupyterlab/application';
import type { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import type { Session } from '@jupyterlab/services';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { CommandRegistry } from '@lumino/commands';

import { CommandIDs, type IManagerStore } from './tokens';

export interface CommandOptions {
  store: IManagerStore;
  trans: TranslationBundle;
  shell: JupyterFrontEnd.IShell;
  rendermime: IRenderMimeRegistry | null;
  sessions: Session.IManager;
  useModel: (model: string) => Promise<void>;
}

export function addCommands(commands: CommandRegistry, { trans, useModel }: CommandOptions): void {
  commands.addCommand(CommandIDs.use, {
    label: trans.__('Use in this notebook'),
    execute: ({ model }) => useModel(String(model))
  });
}
