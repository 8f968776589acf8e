/**
 * A notebook opened without its kernel shows the static picture of a panel, not "Error displaying widget".
 *
 * An output of a panel has a marker beside the widget and its picture. The marker is preferred to the widget, and
 * rendered as the picture, until the notebook's own widget renderer has something to show.
 */

import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { INotebookTracker, type NotebookPanel } from '@jupyterlab/notebook';
import type { IRenderMime, IRenderMimeRegistry } from '@jupyterlab/rendermime';
import { Panel } from '@lumino/widgets';

const MARKER = 'application/vnd.albert-widgets.panel+json';
const WIDGET = 'application/vnd.jupyter.widget-view+json';
const PICTURE = 'text/html';
/** Before the widget view, which has rank -10. */
const RANK = -20;

/** Shows a panel's picture where the panel itself cannot be shown. */
export const fallback: JupyterFrontEndPlugin<void> = {
  id: 'albert-widgets:panel-fallback',
  description: 'Shows the static picture of a panel in a notebook without a kernel.',
  autoStart: true,
  optional: [INotebookTracker],
  activate: (_app: JupyterFrontEnd, tracker: INotebookTracker | null) => {
    const prepare = (notebook: NotebookPanel) => {
      const { rendermime } = notebook.content;
      // Until a kernel is there, the widget renderer is a placeholder that nobody would ever tell of the kernel.
      const placeholder = rendermime.getFactory(WIDGET);
      rendermime.addFactory(
        {
          safe: false,
          mimeTypes: [MARKER],
          createRenderer: () =>
            new PanelRenderer(rendermime, () => rendermime.getFactory(WIDGET) !== placeholder)
        },
        RANK
      );
    };
    tracker?.forEach(prepare);
    tracker?.widgetAdded.connect((_, notebook) => prepare(notebook));
  }
};

/** The picture, replaced by the panel itself as soon as there is one that is alive. */
class PanelRenderer extends Panel implements IRenderMime.IRenderer {
  constructor(
    private readonly rendermime: IRenderMimeRegistry,
    private readonly hasManager: () => boolean
  ) {
    super();
    this.addClass('jp-AlbertFallback');
  }

  async renderModel(model: IRenderMime.IMimeModel): Promise<void> {
    const isFirst = !this.isRendered;
    this.isRendered = true;
    if (model.data[PICTURE] !== undefined) {
      if (!this.picture) {
        this.picture = this.rendermime.createRenderer(PICTURE);
        this.addWidget(this.picture);
      }
      await this.picture.renderModel(model);
    }
    // An output that is renewed has a new picture; the panel beside it is the same, and stays as it is.
    if (isFirst) {
      this.waitForManager(model);
    }
  }

  override dispose(): void {
    clearTimeout(this.timer);
    this.observer?.disconnect();
    super.dispose();
  }

  /** No signal tells that a notebook got its widget manager; a look at one field costs nothing. */
  private waitForManager(model: IRenderMime.IMimeModel): void {
    if (this.isDisposed) {
      return;
    }
    if (this.hasManager()) {
      this.showLive(model);
    } else {
      this.timer = setTimeout(() => this.waitForManager(model), document.hidden ? 5000 : 250);
    }
  }

  private showLive(model: IRenderMime.IMimeModel): void {
    const live = this.rendermime.createRenderer(WIDGET) as IRenderMime.IRenderer & Partial<Panel>;
    live.hide();
    this.addWidget(live);
    // The widget renderer shows a text while it loads, and when it fails. A panel restored from the notebook's saved
    // state has nobody to ask; so it counts as alive once its kernel has answered it.
    const choose = () => {
      const isLive =
        this.picture === null || live.node.querySelector('.albert-panel[data-alive]') !== null;
      if (isLive === live.isHidden) {
        live.setHidden(!isLive);
        this.picture?.setHidden(isLive);
      }
    };
    this.observer = new MutationObserver(choose);
    this.observer.observe(live.node, {
      childList: true,
      subtree: true,
      attributes: true,
      attributeFilter: ['data-alive']
    });
    void live.renderModel(model).then(choose, choose);
  }

  private isRendered = false;
  private picture: IRenderMime.IRenderer | null = null;
  private observer: MutationObserver | null = null;
  private timer?: ReturnType<typeof setTimeout>;
}
