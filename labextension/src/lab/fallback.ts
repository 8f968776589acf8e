/**
 * A notebook opened without its kernel shows the static picture of a panel, not "Error displaying widget".
 *
 * An output of a panel has a marker beside the widget and its picture. The marker is preferred to the widget, and
 * rendered as the picture, until the notebook's own widget renderer has something to show. Where there is a kernel and
 * no widget renderer comes, the picture says that it is one.
 */

import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { INotebookTracker, type NotebookPanel } from '@jupyterlab/notebook';
import type { IRenderMime, IRenderMimeRegistry } from '@jupyterlab/rendermime';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import { Panel, Widget } from '@lumino/widgets';

const MARKER = 'application/vnd.albert-widgets.panel+json';
const WIDGET = 'application/vnd.jupyter.widget-view+json';
const PICTURE = 'text/html';
/** Before the widget view, which has rank -10. */
const RANK = -20;
/** Milliseconds that a notebook may have a kernel and no widgets before its reader is told. */
const PATIENCE = 10_000;

/** What a picture has to know of its notebook. */
interface Surroundings {
  rendermime: IRenderMimeRegistry;
  /** Whether the notebook's widgets can be shown. */
  hasManager: () => boolean;
  /** Whether a kernel answers. */
  hasKernel: () => boolean;
  /** Said of a notebook that has the second and, for long, not the first. */
  hint: string;
}

/** Shows a panel's picture where the panel itself cannot be shown. */
export const fallback: JupyterFrontEndPlugin<void> = {
  id: 'albert-widgets:panel-fallback',
  description: 'Shows the static picture of a panel in a notebook without a kernel.',
  autoStart: true,
  optional: [INotebookTracker, ITranslator],
  activate: (
    _app: JupyterFrontEnd,
    tracker: INotebookTracker | null,
    translator: ITranslator | null
  ) => {
    const words = (translator ?? nullTranslator).load('albert_widgets');
    // A kernel that is replaced while it starts leaves its notebook without a widget manager, for good.
    const hint = words.__(
      'Only a picture: the widgets of this notebook did not start. Reload the page, and run the cell again. If that does not help, see whether "jupyter labextension list" names @jupyter-widgets/jupyterlab-manager.'
    );
    const prepare = ({ content, sessionContext }: NotebookPanel) => {
      const { rendermime } = content;
      // Until a kernel is there, the widget renderer is a placeholder that nobody would ever tell of the kernel.
      const placeholder = rendermime.getFactory(WIDGET);
      const surroundings = {
        rendermime,
        hasManager: () => rendermime.getFactory(WIDGET) !== placeholder,
        hasKernel: () => sessionContext.session?.kernel?.connectionStatus === 'connected',
        hint
      };
      rendermime.addFactory(
        {
          safe: false,
          mimeTypes: [MARKER],
          createRenderer: () => new PanelRenderer(surroundings)
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
  constructor(private readonly surroundings: Surroundings) {
    super();
    this.addClass('jp-AlbertFallback');
  }

  async renderModel(model: IRenderMime.IMimeModel): Promise<void> {
    const isFirst = !this.isRendered;
    this.isRendered = true;
    if (model.data[PICTURE] !== undefined) {
      if (!this.picture) {
        this.picture = this.surroundings.rendermime.createRenderer(PICTURE);
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
  private waitForManager(model: IRenderMime.IMimeModel, waited = 0): void {
    if (this.isDisposed) {
      return;
    }
    if (this.surroundings.hasManager()) {
      this.note?.dispose();
      this.showLive(model);
      return;
    }
    if (waited >= PATIENCE && !this.note) {
      this.note = new Widget();
      this.note.addClass('jp-AlbertFallback-note');
      this.note.node.setAttribute('role', 'note');
      this.note.node.textContent = this.surroundings.hint;
      this.addWidget(this.note);
    }
    const pause = document.hidden ? 5000 : 250;
    const next = this.surroundings.hasKernel() ? waited + pause : 0;
    this.timer = setTimeout(() => this.waitForManager(model, next), pause);
  }

  private showLive(model: IRenderMime.IMimeModel): void {
    const live = this.surroundings.rendermime.createRenderer(WIDGET) as IRenderMime.IRenderer &
      Partial<Panel>;
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
  private note: Widget | null = null;
  private observer: MutationObserver | null = null;
  private timer?: ReturnType<typeof setTimeout>;
}
