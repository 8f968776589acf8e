/** "Use in this notebook": a cell that everybody can see, in the notebook or console that is open. Nothing is run. */

import type { JupyterFrontEnd } from '@jupyterlab/application';
import { Notification } from '@jupyterlab/apputils';
import type { ConsolePanel, IConsoleTracker } from '@jupyterlab/console';
import { type INotebookTracker, NotebookActions, type NotebookPanel } from '@jupyterlab/notebook';
import { Signal } from '@lumino/signaling';

import { languageOf } from './language';
import { type Snippet, snippetOf } from './snippets';
import { type CellError, kernelTrouble, type Words } from './trouble';
import type { Trouble } from './types';

/** What is needed to find the open notebook. */
export interface UseOptions {
  shell: JupyterFrontEnd.IShell;
  notebooks: INotebookTracker | null;
  consoles: IConsoleTracker | null;
  words: Words;
}

/** Writes cells that use a model, and watches what becomes of them. */
export class ModelUse {
  /**
   * @param onTrouble - Told what a kernel lacks when one of those cells fails.
   */
  constructor(
    private readonly options: UseOptions,
    private readonly version: string,
    private readonly onTrouble: (trouble: Trouble) => void
  ) {
    NotebookActions.executed.connect(this.watch, this);
  }

  /** Insert what uses a model; says so when nothing is open to insert it into. */
  async use(model: string): Promise<void> {
    const { shell, words } = this.options;
    const target = this.target();
    if (!target) {
      Notification.info(
        words.__(
          'No notebook is open. Open one, or a console, then choose “Use in this notebook” again for %1.',
          model
        ),
        { autoClose: 6000 }
      );
      return;
    }
    const [kind, panel] = target;
    const snippet = snippetOf(model, await languageOf(panel.sessionContext));
    shell.activateById(panel.id);
    if (kind === 'notebook') {
      this.intoNotebook(panel, snippet);
    } else {
      this.intoConsole(panel, snippet);
    }
  }

  dispose(): void {
    Signal.clearData(this);
  }

  private target(): ['notebook', NotebookPanel] | ['console', ConsolePanel] | null {
    const { shell, notebooks, consoles } = this.options;
    const [notebook, console] = [notebooks?.currentWidget ?? null, consoles?.currentWidget ?? null];
    if (console && shell.currentWidget === console) {
      return ['console', console];
    }
    // Where something else is in front, the notebook that was last worked in comes back.
    if (notebook) {
      return ['notebook', notebook];
    }
    return console ? ['console', console] : null;
  }

  private intoNotebook({ content }: NotebookPanel, { kind, source }: Snippet): void {
    const before = content.model?.cells.length;
    NotebookActions.insertBelow(content);
    const cell = content.activeCell;
    if (!cell || content.model?.cells.length === before) {
      Notification.warning(this.options.words.__('This notebook cannot be changed.'), {
        autoClose: 6000
      });
      return;
    }
    if (kind === 'text') {
      NotebookActions.changeCellType(content, 'markdown');
    }
    // A cell of another type is another widget.
    const { activeCell } = content;
    activeCell?.model.sharedModel.setSource(source);
    if (activeCell && kind === 'code') {
      this.written.add(activeCell.model);
    }
    NotebookActions.deselectAll(content);
    content.mode = 'command';
    content.activate();
    void content.scrollToItem(content.activeCellIndex, 'smart');
  }

  private intoConsole(panel: ConsolePanel, { kind, source }: Snippet): void {
    const prompt = panel.console.promptCell;
    if (kind === 'text' || !prompt) {
      Notification.info(source.replace(/[*`]/g, ''), { autoClose: false });
      return;
    }
    // What stands in the prompt already is somebody's work.
    const typed = prompt.model.sharedModel.getSource().replace(/\n?$/, '\n').trimStart();
    prompt.model.sharedModel.setSource(typed + source);
    panel.console.activate();
  }

  private watch(_: unknown, run: Executed): void {
    if (!run.success && run.error && this.written.has(run.cell.model)) {
      const { errorName, errorValue } = run.error as Partial<Record<string, string>>;
      const error: CellError = { name: errorName ?? '', value: errorValue ?? '' };
      const trouble = kernelTrouble(error, this.version, this.options.words);
      if (trouble) {
        this.onTrouble(trouble);
      }
    }
  }

  /** Models of the cells that were written here. */
  private readonly written = new WeakSet<object>();
}

type Executed = {
  cell: { model: object };
  success: boolean;
  error?: object | null;
};
