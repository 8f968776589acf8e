/** The place of the sidebar: light, so that JupyterLab starts as fast as without it; its views come when it is seen. */

import type { CommandRegistry } from '@lumino/commands';
import type { Message } from '@lumino/messaging';
import { StackedPanel, Widget } from '@lumino/widgets';
import type { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import type { IStateDB } from '@jupyterlab/statedb';
import type { TranslationBundle } from '@jupyterlab/translation';

import { modelsIcon } from './icon';
import type { ManagerStore } from './store';

/** Id of the sidebar in the shell. */
export const SIDEBAR_ID = 'albert-widgets-manager';

/** What the sidebar's views are made of. */
export interface SidebarOptions {
  store: ManagerStore;
  commands: CommandRegistry;
  trans: TranslationBundle;
  state: IStateDB | null;
  rendermime: IRenderMimeRegistry | null;
}

/** Loads its views when it is first shown, and tells the store when it is seen. */
export class ManagerSidebar extends StackedPanel {
  constructor(private readonly options: SidebarOptions) {
    super();
    const { trans } = options;
    this.id = SIDEBAR_ID;
    this.addClass('jp-AlbertSidebar');
    this.title.icon = modelsIcon;
    this.title.caption = trans.__('BERT models');
    this.node.setAttribute('role', 'region');
    this.node.setAttribute('aria-label', trans.__('BERT models'));
  }

  protected override onAfterAttach(message: Message): void {
    super.onAfterAttach(message);
    this.follow();
  }

  protected override onAfterShow(message: Message): void {
    super.onAfterShow(message);
    this.follow();
  }

  protected override onAfterHide(message: Message): void {
    super.onAfterHide(message);
    this.options.store.setVisible(false);
  }

  protected override onBeforeDetach(message: Message): void {
    super.onBeforeDetach(message);
    this.options.store.setVisible(false);
  }

  protected override onActivateRequest(message: Message): void {
    super.onActivateRequest(message);
    this.widgets[0]?.activate();
  }

  private follow(): void {
    if (this.isVisible) {
      this.options.store.setVisible(true);
      this.content ??= this.load();
    }
  }

  private async load(): Promise<void> {
    try {
      const { ManagerPanel } = await import('./views/panel');
      if (!this.isDisposed) {
        this.widgets.forEach(widget => widget.dispose());
        this.addWidget(new ManagerPanel(this.options));
      }
    } catch (reason) {
      // The Jupyter server went away, or was replaced by another version, since the page was loaded.
      this.content = null;
      const text = this.options.trans.__(
        'The sidebar could not be loaded. Reload the page. (%1)',
        String(reason)
      );
      const note = new Widget();
      note.addClass('jp-AlbertSidebar-note');
      note.node.setAttribute('role', 'alert');
      note.node.textContent = text;
      this.widgets.forEach(widget => widget.dispose());
      this.addWidget(note);
    }
  }

  private content: Promise<void> | null = null;
}
