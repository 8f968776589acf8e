/** The commands of the model manager: one each for palette, buttons, context menus and shortcuts. */

import type { JupyterFrontEnd } from '@jupyterlab/application';
import type { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { CommandRegistry } from '@lumino/commands';

import { addFileCommands } from './commands/files';
import { addJobCommands } from './commands/jobs';
import { addModelCommands } from './commands/models';
import { addTabCommands } from './commands/tabs';
import { CommandIDs, type IManagerStore } from './tokens';

/** What the commands work with. */
export interface CommandOptions {
  store: IManagerStore;
  trans: TranslationBundle;
  shell: JupyterFrontEnd.IShell;
  rendermime: IRenderMimeRegistry | null;
  /** Insert what uses a model into the open notebook or console. */
  useModel: (model: string) => Promise<void>;
}

/** Register all of `CommandIDs` but those that open the sidebar and the tour. */
export function addCommands(commands: CommandRegistry, options: CommandOptions): void {
  addModelCommands(commands, options);
  addFileCommands(commands, options);
  addJobCommands(commands, options);
  addTabCommands(commands, options);
  followState(commands, options.store);
}

/** Tell buttons and menus when what is possible has changed, not at each step of a job. */
function followState(commands: CommandRegistry, store: IManagerStore): void {
  const keyOf = () => {
    const { models, jobs, status, trash, connection } = store.state;
    return JSON.stringify([
      models?.map(({ id, device, is_usable }) => [id, device, is_usable]),
      jobs.map(({ id, state }) => [id, state]),
      status?.default_model,
      trash.length,
      connection
    ]);
  };
  let known = keyOf();
  store.changed.connect(() => {
    const now = keyOf();
    if (now !== known) {
      known = now;
      Object.values(CommandIDs)
        .filter(id => commands.hasCommand(id))
        .forEach(id => commands.notifyCommandChanged(id));
    }
  });
}
