/** What can be chosen before a training, and the button that starts it. */

import { make } from '../element';
import { type Field, FIELDS, placeholder, read, type Settings, written } from './settings';

/** What Python says of the choices. */
export interface Setup {
  defaults: Settings;
  /** Learning rates, by task and method. */
  rates: Record<string, Record<string, number>>;
  /** Tasks of the settings that not all of them have. */
  tasks: Record<string, string[]>;
  /** What the data are for; empty without data. */
  task: string;
  rows: number | null;
  columns: Record<string, unknown>;
  /** Whether the validation rows were given. */
  has_validation: boolean;
}

/** Of the rows, kept back to judge by, where nothing else is chosen. */
const SHARE = 0.1;

type Control = HTMLInputElement | HTMLSelectElement;

/** The form of the settings. */
export class Controls {
  readonly element = make('div', { className: 'albert-choices' });
  readonly start = make('button', {
    type: 'button',
    className: 'albert-run',
    textContent: 'Start',
    title: 'Ctrl+Enter',
    disabled: true
  });

  /**
   * @param chip Chooses the model.
   * @param onChange Something was chosen.
   */
  constructor(
    chip: HTMLElement,
    private readonly onChange: () => void
  ) {
    const rare = make('div', {
      className: 'albert-rare',
      hidden: true,
      id: `albert-rare-${Math.random().toString(36).slice(2)}`
    });
    const more = make('button', { type: 'button', textContent: 'more…' });
    more.setAttribute('aria-expanded', 'false');
    more.setAttribute('aria-controls', rare.id);
    more.addEventListener('click', () => {
      rare.hidden = !rare.hidden;
      more.setAttribute('aria-expanded', String(!rare.hidden));
    });
    const model = make('label', { className: 'albert-choice-field' }, [
      make('span', { textContent: 'model' }),
      chip
    ]);
    const row = make('div', { className: 'albert-strip' }, [this.start, model]);
    this.element.append(row, rare);
    for (const field of FIELDS) {
      (field.isRare ? rare : row).append(this.field(field));
    }
    row.append(more);
    this.element.setAttribute('role', 'group');
    this.element.setAttribute('aria-label', 'Settings');
  }

  /** Show what is chosen, and the defaults of all else. */
  show(setup: Setup, chosen: Settings, validation: number | null, limit: number): void {
    this.setup = setup;
    this.limit = limit;
    this.keep(chosen);
    const share = validation === SHARE ? null : validation;
    for (const field of FIELDS) {
      const control = this.controls.get(field.name)!;
      const value = field.name === 'validation' ? share : chosen[field.name];
      if (control instanceof HTMLSelectElement) {
        this.given = typeof value === 'object' && value !== null ? value : this.given;
        const isGiven = typeof value === 'object' && value !== null;
        control.querySelector('[value=given]')?.remove();
        if (isGiven) {
          control.append(make('option', { value: 'given', textContent: 'as given' }));
        }
        control.value = isGiven ? 'given' : String(value ?? setup.defaults[field.name] ?? '');
      } else if (control.type === 'checkbox') {
        control.checked = Boolean(value ?? setup.defaults[field.name]);
      } else {
        control.value = written(value);
      }
    }
    for (const [name, control] of this.controls) {
      const isOther = setup.tasks[name]?.includes(setup.task) === false;
      control.closest('label')!.hidden = isOther || (name === 'validation' && setup.has_validation);
    }
    this.hint();
  }

  /**
   * What is chosen, and the share of the validation.
   *
   * @throws What cannot be read, in words.
   */
  get chosen(): { settings: Settings; validation: number | null } {
    const settings: Settings = {};
    const defaults = { ...this.setup?.defaults, validation: null };
    for (const field of FIELDS) {
      const control = this.controls.get(field.name)!;
      const value =
        control instanceof HTMLInputElement && control.type === 'checkbox'
          ? control.checked || undefined
          : control.value === 'given'
            ? this.given
            : this.read(field, control, defaults);
      if (value !== undefined) {
        settings[field.name] = value;
      }
    }
    const { validation, ...rest } = settings;
    return {
      // What Python alone can choose stays.
      settings: { ...this.others, ...rest },
      validation: this.setup?.has_validation ? null : Number(validation ?? SHARE)
    };
  }

  /** Keep what was chosen in Python and has no field here. */
  private keep(chosen: Settings): void {
    const names = FIELDS.map(({ name }) => name);
    this.others = Object.fromEntries(
      Object.entries(chosen).filter(([name]) => !names.includes(name))
    );
  }

  private read(field: Field, control: Control, defaults: Settings): unknown {
    try {
      const value = read(field, control.value, defaults);
      control.removeAttribute('aria-invalid');
      return value;
    } catch (error) {
      control.setAttribute('aria-invalid', 'true');
      control.focus();
      throw error;
    }
  }

  private field(field: Field): HTMLElement {
    const control: Control =
      field.kind === 'choice'
        ? make(
            'select',
            {},
            field.choices!.map(([value, label]) => make('option', { value, textContent: label }))
          )
        : make('input', {
            type: field.kind === 'switch' ? 'checkbox' : 'text',
            inputMode: field.kind === 'number' ? 'decimal' : 'text',
            spellcheck: false,
            autocomplete: 'off'
          });
    control.title = field.help;
    control.setAttribute('aria-label', field.label);
    control.dataset.setting = field.name;
    control.addEventListener('change', () => {
      this.hint();
      this.onChange();
    });
    this.controls.set(field.name, control);
    const label = make('label', { className: 'albert-choice-field', title: field.help }, [
      make('span', { textContent: field.label }),
      control
    ]);
    label.dataset.kind = field.kind;
    return label;
  }

  /** Show the defaults in the empty fields; some follow the method. */
  private hint(): void {
    const { setup, controls, limit } = this;
    if (!setup) {
      return;
    }
    const method = controls.get('method')!.value;
    for (const field of FIELDS) {
      const control = controls.get(field.name)!;
      if (control instanceof HTMLInputElement) {
        const defaults = { ...setup.defaults, validation: SHARE };
        control.placeholder = placeholder(
          field,
          defaults,
          setup.rates[setup.task] ?? {},
          method,
          limit
        );
      }
    }
  }

  private setup: Setup | null = null;
  private limit = 0;
  private given: unknown;
  private others: Settings = {};
  private readonly controls = new Map<string, Control>();
}
