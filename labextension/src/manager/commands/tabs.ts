/** Commands that open tabs of the main area: a model's card, and runs side by side. */

import { MainAreaWidget } from '@jupyterlab/apputils';
import { infoIcon, type LabIcon, tableRowsIcon } from '@jupyterlab/ui-components';
import type { CommandRegistry } from '@lumino/commands';
import type { Widget } from '@lumino/widgets';

import { choicesOf } from '../choices';
import type { CommandOptions } from '../commands';
import { CommandIDs } from '../tokens';
import type { ModelInfo } from '../types';
import { askModel, canWith, textOf } from './asking';

const isRun = ({ source }: ModelInfo) => source === 'run';

/** Register them; what they show is loaded when it is first wanted. */
export function addTabCommands(commands: CommandRegistry, options: CommandOptions): void {
  const { store, trans, shell, rendermime } = options;
  const open = new Map<string, MainAreaWidget>();
  const parts = { store, choices: choicesOf(store), commands, trans, rendermime };

  commands.addCommand(CommandIDs.card, {
    label: args => (textOf(args, 'page') ? trans.__('About this model') : trans.__('Model card')),
    caption: trans.__('What its authors say about a model, and what is known of it here'),
    icon: infoIcon,
    execute: async args => {
      const model = await askModel(options, args, trans.__('The card of which model?'), () => true);
      if (model) {
        const { CardView } = await import('../views/card');
        const make = () => new CardView(parts, model, textOf(args, 'page'));
        show(`card:${model}`, make, model, infoIcon);
      }
    }
  });

  commands.addCommand(CommandIDs.compare, {
    label: args =>
      Array.isArray(args.models)
        ? trans._n('Compare %1 run', 'Compare %1 runs', args.models.length)
        : trans.__('Compare runs'),
    caption: trans.__('Fine-tuned models side by side: settings that differ, metrics, time'),
    icon: tableRowsIcon,
    isEnabled: () => canWith(options, {}, isRun),
    execute: async args => {
      const models = Array.isArray(args.models) ? args.models.map(String) : null;
      const { CompareView } = await import('../views/compare');
      const make = () => new CompareView(parts, models);
      const key = models ? [...models].sort().join('\n') : '';
      show(`compare:${key}`, make, trans.__('Compare runs'), tableRowsIcon);
    }
  });

  function show(key: string, make: () => Widget, label: string, icon: LabIcon): void {
    const known = open.get(key);
    if (known) {
      shell.activateById(known.id);
      return;
    }
    const tab = new MainAreaWidget({ content: make() });
    tab.id = `albert-widgets:${key}`;
    tab.title.label = label;
    tab.title.caption = label;
    tab.title.icon = icon;
    tab.title.closable = true;
    open.set(key, tab);
    tab.disposed.connect(() => open.delete(key));
    shell.add(tab, 'main');
    shell.activateById(tab.id);
  }
}
