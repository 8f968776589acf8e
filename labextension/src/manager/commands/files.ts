/** Commands about models as files: download, register, rename, export, delete, and bringing back. */

import { Notification } from '@jupyterlab/apputils';
import {
  deleteIcon,
  downloadIcon,
  editIcon,
  newFolderIcon,
  undoIcon
} from '@jupyterlab/ui-components';
import type { CommandRegistry } from '@lumino/commands';

import { announce } from '../announcing';
import type { CommandOptions } from '../commands';
import { exportIcon } from '../icons';
import { CommandIDs } from '../tokens';
import type { ModelInfo } from '../types';
import { bytes } from '../views/words';
import { askModel, canWith, modelOf, textOf } from './asking';

/** Dialogs are no part of the page's start. */
const dialogs = () => import('../dialogs');
const isUsable = (model: ModelInfo) => model.is_usable;
const isOurs = ({ source }: ModelInfo) => source === 'run' || source === 'folder';
const isDeletable = ({ source }: ModelInfo) => source !== 'starter';
/** Milliseconds for which a notification offers to undo. */
const UNDO = 8000;

/** Register them. */
export function addFileCommands(commands: CommandRegistry, options: CommandOptions): void {
  const { store, trans } = options;

  commands.addCommand(CommandIDs.download, {
    label: args => (textOf(args, 'model') ? trans.__('Download…') : trans.__('Download a model…')),
    caption: trans.__('Download a model of the hub; its size is said first'),
    icon: downloadIcon,
    execute: async args => {
      const wish = await (
        await dialogs()
      ).downloadDialog(options, textOf(args, 'model'), textOf(args, 'revision'));
      if (wish) {
        const { model, revision } = wish;
        const job = await store.act(model, trans.__('Starting the download…'), () =>
          store.ask('POST /models/{id}/download', {
            path: { id: model },
            body: revision ? { revision } : {}
          })
        );
        if (job) {
          announce(store, trans.__('The download of %1 has begun.', model));
        }
      }
    }
  });

  commands.addCommand(CommandIDs.register, {
    label: trans.__('Register a folder…'),
    caption: trans.__('Add a folder with a checkpoint to the list; its files stay where they are'),
    icon: newFolderIcon,
    execute: async args => {
      const given = { folder: textOf(args, 'folder'), name: textOf(args, 'name') };
      const wish = given.folder ? given : await (await dialogs()).registerDialog(trans);
      if (wish) {
        const { folder, name } = wish;
        const model = await store.act(folder, trans.__('Registering…'), () =>
          store.ask('POST /models', { body: name ? { folder, name } : { folder } })
        );
        if (model) {
          announce(store, trans.__('%1 is in the list now.', model.id));
        }
      }
    }
  });

  commands.addCommand(CommandIDs.rename, {
    label: trans.__('Rename…'),
    caption: trans.__('Give a fine-tuned model or a registered folder another name'),
    icon: editIcon,
    isEnabled: args => canWith(options, args, model => isOurs(model) && model.device === ''),
    execute: async args => {
      const title = trans.__('Rename which model?');
      const possible = (one: ModelInfo) => isOurs(one) && one.device === '';
      const model = await askModel(options, args, title, possible);
      const name =
        model && (textOf(args, 'name') || (await (await dialogs()).renameDialog(trans, model)));
      if (model && name) {
        const answer = await store.act(model, trans.__('Renaming…'), () =>
          store.ask('POST /models/{id}/rename', { path: { id: model }, body: { name } })
        );
        if (answer) {
          announce(store, trans.__('%1 is called %2 now.', model, answer.id));
        }
      }
    }
  });

  commands.addCommand(CommandIDs.exportModel, {
    label: trans.__('Export…'),
    caption: trans.__('Write a model as ONNX with its tokenizer, for other programs and browsers'),
    icon: exportIcon,
    isEnabled: args => canWith(options, args, isUsable),
    execute: async args => {
      const model = await askModel(options, args, trans.__('Export which model?'), isUsable);
      const precision =
        model &&
        (textOf(args, 'precision') ||
          (await (await dialogs()).exportDialog(trans, modelOf(store, model)!)));
      if (model && precision) {
        const format = textOf(args, 'format') || 'onnx';
        const job = await store.act(model, trans.__('Starting the export…'), () =>
          store.ask('POST /models/{id}/export', {
            path: { id: model },
            body: { format, precision }
          })
        );
        if (job) {
          announce(store, trans.__('The export of %1 has begun.', model));
        }
      }
    }
  });

  commands.addCommand(CommandIDs.deleteModel, {
    label: args => {
      const revision = textOf(args, 'revision');
      return revision ? trans.__('Delete revision %1…', revision.slice(0, 8)) : trans.__('Delete…');
    },
    caption: trans.__('Delete a model’s files; this can be undone until the page is closed'),
    icon: deleteIcon,
    isEnabled: args => canWith(options, args, isDeletable),
    execute: async args => {
      const id = await askModel(options, args, trans.__('Delete which model?'), isDeletable);
      const model = id ? modelOf(store, id) : null;
      if (model) {
        await remove(model, textOf(args, 'revision'));
      }
    }
  });

  commands.addCommand(CommandIDs.restore, {
    label: trans.__('Undo deleting'),
    caption: trans.__('Bring back what was deleted last, or the one that is meant'),
    icon: undoIcon,
    isEnabled: () => store.state.trash.length > 0,
    execute: async args => {
      const id = textOf(args, 'id') || store.state.trash[0]?.id;
      if (id) {
        await restore(id);
      }
    }
  });

  async function remove(model: ModelInfo, revision: string): Promise<void> {
    const isLoaded = model.device !== '';
    const mustAsk = store.preferences.confirmDelete || isLoaded;
    if (mustAsk && !(await (await dialogs()).deleteDialog(trans, model, revision))) {
      return;
    }
    const path = { id: model.id };
    const deleted = await store.act(model.id, trans.__('Deleting…'), async () => {
      if (isLoaded) {
        await store.ask('POST /models/{id}/unload', { path });
      }
      const query = { keep: true, ...(revision ? { revision } : {}) };
      return store.ask('DELETE /models/{id}', { path, query });
    });
    if (!deleted) {
      return;
    }
    const { id, bytes: freed } = deleted;
    const message = freed
      ? trans.__('%1 is deleted; that frees %2.', model.id, bytes(freed))
      : trans.__('%1 is no longer in the list; its files are where they were.', model.id);
    announce(store, message);
    Notification.info(message, {
      autoClose: UNDO,
      actions: id ? [{ label: trans.__('Undo'), callback: () => void restore(id) }] : []
    });
  }

  async function restore(id: string): Promise<void> {
    const known = store.state.trash.find(one => one.id === id)?.model ?? id;
    const model = await store.act(known, trans.__('Bringing it back…'), () =>
      store.ask('POST /trash/{id}/restore', { path: { id } })
    );
    if (model) {
      announce(store, trans.__('%1 is back.', model.id));
    }
  }
}
