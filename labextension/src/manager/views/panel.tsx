/** PLACEHOLDER of the branch "core": take the file of the branch "views". */

import { SidePanel } from '@jupyterlab/ui-components';
import { Widget } from '@lumino/widgets';

import type { SidebarOptions } from '../sidebar';

export class ManagerPanel extends SidePanel {
  constructor({ store }: SidebarOptions) {
    super();
    const list = new Widget();
    const show = () => {
      const { connection, trouble, models } = store.state;
      list.node.textContent = `${connection} ${trouble?.title ?? ''} ${models?.map(({ id }) => id).join(' ') ?? ''}`;
    };
    store.changed.connect(show);
    show();
    list.title.label = 'On this machine';
    this.addWidget(list);
  }
}
