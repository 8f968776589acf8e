/** Before a training: the data, what should be mended in them, the baseline, and what can be chosen. */

import type { Frame } from '../frame';
import { make } from '../element';
import { type Model, RequestFailed } from '../messages';
import { Controls, type Setup } from './controls';
import type { Settings } from './settings';
import { type Baseline, type Checked, isUsable, SetupView } from './setup';

/** The data of a panel, and the button that starts. */
export class DataView {
  readonly element = make('div', { className: 'albert-before', hidden: true });
  /** What the check found, or null for as long as nobody knows. */
  checked: Checked | null = null;

  constructor(
    private readonly frame: Frame,
    private readonly model: Model
  ) {
    this.view = new SetupView(isDropped => this.keep('drop_incomplete', isDropped));
    this.controls = new Controls(frame.chip.element, () => this.choose());
    this.controls.start.addEventListener('click', () => void this.start());
    frame.root.addEventListener('keydown', event => {
      if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
        event.preventDefault();
        void this.start();
      }
    });
    this.element.append(this.view.element, this.controls.element);
  }

  /**
   * Show the data.
   *
   * @param canChoose Whether nothing is trained yet.
   */
  show(setup: Setup, canChoose: boolean): void {
    this.setup = setup;
    this.element.hidden = setup.rows === null;
    this.controls.element.hidden = !canChoose;
    if (setup.rows !== null) {
      void this.check();
    }
  }

  /** Show what is chosen now. */
  refresh(): void {
    const { setup, checked, frame } = this;
    if (setup) {
      const share = this.model.get('validation') as number | null;
      this.controls.show(setup, this.settings, share, checked?.check.max_length ?? 0);
      this.controls.start.disabled = frame.isPage || !checked || !isUsable(checked);
    }
  }

  /** Check the data with the model and the settings that are chosen now, and measure their baseline. */
  async check(): Promise<void> {
    if (!this.setup || this.setup.rows === null) {
      return;
    }
    this.refresh();
    this.view.show(this.checked, this.isDropped);
    const before = this.checked;
    // A training that goes on has the status line for itself.
    await (this.canChoose ? this.frame.run(() => this.ask()) : this.ask().catch(() => undefined));
    const canBeUsed = this.checked && isUsable(this.checked);
    if (this.checked !== before && !canBeUsed && this.canChoose) {
      this.frame.tell('error', 'These data cannot be learned from.', 'Mend what is marked ✗.');
    }
    if (canBeUsed && this.model.get('has_baseline')) {
      await this.measure();
    } else {
      this.measured = '';
      this.view.showBaseline(null, this.isDropped);
    }
  }

  private async ask(): Promise<string> {
    const { max_length = null } = this.settings;
    const params = { ...this.source, max_length };
    const checked = await this.frame.requests.ask<Checked>('check', params);
    this.checked = checked;
    this.view.show(checked, this.isDropped);
    this.refresh();
    return checked.check.task.replaceAll('_', ' ');
  }

  private async measure(): Promise<void> {
    const { frame, view, isDropped } = this;
    const key = JSON.stringify(this.source);
    if (key === this.measured) {
      return;
    }
    this.measured = key;
    view.showBaseline(frame.isPage ? null : 'baseline: being measured…', isDropped);
    try {
      view.showBaseline(await frame.requests.ask<Baseline>('baseline', this.source), isDropped);
    } catch (error) {
      if (key === this.measured) {
        const isVoid = error instanceof RequestFailed && error.isVoid;
        const why = isVoid || frame.isPage ? null : `no baseline: ${(error as Error).message}`;
        this.measured = '';
        view.showBaseline(why, isDropped);
      }
    }
  }

  /** Something was chosen in the form. */
  private choose(): void {
    const before = this.settings.max_length;
    try {
      const { settings, validation } = this.controls.chosen;
      this.model.set('validation', validation);
      this.keep('settings', settings);
    } catch (error) {
      this.frame.tell('error', (error as Error).message);
      return;
    }
    if (this.settings.max_length !== before) {
      void this.check();
    }
  }

  private async start(): Promise<void> {
    const { controls, frame, model } = this;
    if (controls.start.disabled || !this.canChoose) {
      return;
    }
    controls.start.disabled = true;
    await frame.run(async () => {
      const chosen = this.readChoices();
      const id = await frame.requests.ask<string>('start', { ...this.source, ...chosen });
      if (id !== model.get('job_id')) {
        model.set('job_id', id);
      }
      return id;
    });
    controls.start.disabled = !this.checked || !isUsable(this.checked);
  }

  private readChoices(): Controls['chosen'] {
    try {
      return this.controls.chosen;
    } catch (error) {
      throw new RequestFailed('input_invalid', (error as Error).message);
    }
  }

  private get canChoose(): boolean {
    return !this.controls.element.hidden;
  }

  private get source(): { model: string; drop_incomplete: boolean } {
    return { model: this.frame.input.model, drop_incomplete: this.isDropped };
  }

  private get settings(): Settings {
    return (this.model.get('settings') ?? {}) as Settings;
  }

  private get isDropped(): boolean {
    return Boolean(this.model.get('drop_incomplete'));
  }

  private keep(name: string, value: unknown): void {
    this.model.set(name, value);
    this.model.save_changes();
  }

  private setup: Setup | null = null;
  private measured = '';
  private readonly view: SetupView;
  private readonly controls: Controls;
}
