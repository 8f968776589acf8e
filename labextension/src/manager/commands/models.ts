/** Commands about models as they work: load, unload, use, default, id. */

import { codeIcon, copyIcon, refreshIcon } from '@jupyterlab/ui-components';
import type { CommandRegistry } from '@lumino/commands';

import { announce } from '../announcing';
import type { CommandOptions } from '../commands';
import { ejectIcon, memoryIcon, starIcon } from '../icons';
import { CommandIDs } from '../tokens';
import type { ModelInfo } from '../types';
import { copyText } from '../views/clipboard';
import { askModel, canWith, modelOf, textOf } from './asking';

const isUsable = (model: ModelInfo) => model.is_usable;
const isLoaded = (model: ModelInfo) => model.device !== '';

/** Register them. */
export function addModelCommands(commands: CommandRegistry, options: CommandOptions): void {
  const { store, trans, useModel } = options;

  commands.addCommand(CommandIDs.refresh, {
    label: trans.__('Look for models again'),
    caption: trans.__('Ask the backend for all models and jobs anew'),
    icon: refreshIcon,
    execute: () => store.refresh()
  });

  commands.addCommand(CommandIDs.load, {
    label: trans.__('Load into memory'),
    caption: trans.__(
      'Load a model into the backend’s memory, so that its first answer comes at once'
    ),
    icon: memoryIcon,
    isEnabled: args =>
      canWith(options, args, model => isUsable(model) && !isLoaded(model)) ||
      // The default can be asked for before there is a list.
      (textOf(args, 'model') !== '' && modelOf(store, textOf(args, 'model')) === null),
    execute: async args => {
      const isNew = (model: ModelInfo) => isUsable(model) && !isLoaded(model);
      const model = await askModel(options, args, trans.__('Load which model?'), isNew);
      if (model) {
        const done = await store.act(model, trans.__('Loading…'), () =>
          store.ask('POST /models/{id}/load', { path: { id: model }, body: {} })
        );
        if (done) {
          announce(store, trans.__('%1 is in memory.', model));
        }
      }
    }
  });

  commands.addCommand(CommandIDs.unload, {
    label: trans.__('Unload from memory'),
    caption: trans.__('Take a model out of the backend’s memory; its files stay'),
    icon: ejectIcon,
    isEnabled: args => canWith(options, args, isLoaded),
    execute: async args => {
      const model = await askModel(options, args, trans.__('Unload which model?'), isLoaded);
      if (model) {
        const done = await store.act(model, trans.__('Unloading…'), () =>
          store.ask('POST /models/{id}/unload', { path: { id: model } })
        );
        if (done) {
          announce(store, trans.__('%1 has left memory.', model));
        }
      }
    }
  });

  commands.addCommand(CommandIDs.use, {
    label: trans.__('Use in this notebook'),
    caption: trans.__('Insert a cell that uses the model into the open notebook or console'),
    icon: codeIcon,
    isEnabled: args => canWith(options, args, isUsable),
    execute: async args => {
      const model = await askModel(options, args, trans.__('Use which model?'), isUsable);
      if (model) {
        await useModel(model);
      }
    }
  });

  commands.addCommand(CommandIDs.setDefault, {
    label: trans.__('Make it the default'),
    caption: trans.__('New notebooks begin with this model'),
    icon: starIcon,
    isEnabled: args => canWith(options, args, model => isUsable(model) && !isDefault(model)),
    isToggled: args => store.state.status?.default_model === textOf(args, 'model'),
    execute: async args => {
      const title = trans.__('Begin new notebooks with which model?');
      const possible = (model: ModelInfo) => isUsable(model) && !isDefault(model);
      const model = await askModel(options, args, title, possible);
      if (model) {
        const done = await store.act(model, trans.__('Becoming the default…'), () =>
          store.ask('POST /default-model', { body: { model } })
        );
        if (done) {
          announce(store, trans.__('New notebooks begin with %1.', model));
        }
      }
    }
  });

  commands.addCommand(CommandIDs.copyId, {
    label: trans.__('Copy id'),
    caption: trans.__('Copy the id of a model'),
    icon: copyIcon,
    execute: async args => {
      const model = await askModel(
        options,
        args,
        trans.__('Copy the id of which model?'),
        () => true
      );
      if (model) {
        await copyText(model);
        announce(store, trans.__('Copied.'));
      }
    }
  });

  function isDefault({ id }: ModelInfo): boolean {
    return store.state.status?.default_model === id;
  }
}
