/** The context menu of a row. */

import type { CommandRegistry } from '@lumino/commands';
import { Menu } from '@lumino/widgets';

import type { RowActions } from './actions';

/** Open it at a place of the page. */
export function openMenu(
  commands: CommandRegistry,
  actions: RowActions,
  x: number,
  y: number,
  onClose: () => void
): void {
  const menu = new Menu({ commands });
  menu.addClass('jp-AlbertManager-menu');
  actions.menu.forEach((group, at) => {
    if (at > 0) {
      menu.addItem({ type: 'separator' });
    }
    group.forEach(({ command, args }) => menu.addItem({ command, args }));
  });
  menu.aboutToClose.connect(() => {
    // The chosen command runs after the menu has closed.
    requestAnimationFrame(() => menu.dispose());
    onClose();
  });
  menu.open(x, y);
}
