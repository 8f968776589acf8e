/** Which model works: a list to choose from. */

import { make } from './element';

/** A model as it is offered; `layers` is 0 where nobody knows. */
export interface ModelChoice {
  id: string;
  layers: number;
  heads: number;
}

/** The model's chip in the title bar. */
export class ModelChip {
  readonly element = make('select', { className: 'albert-model' });

  /** @param onChange A person chose another model. */
  constructor(onChange: () => void) {
    this.element.setAttribute('aria-label', 'Model');
    this.element.addEventListener('change', onChange);
  }

  get value(): string {
    return this.element.value;
  }

  /** Offer models; `present` is always among them. */
  show(present: string, models: ModelChoice[] = this.models): void {
    this.models = models;
    const choices = models.some(({ id }) => id === present)
      ? models
      : [{ id: present, layers: 0, heads: 0 }, ...models];
    this.element.replaceChildren(
      ...choices.map(({ id, layers, heads }) =>
        make('option', { value: id, textContent: layers ? `${id} · ${layers}×${heads}` : id })
      )
    );
    this.element.value = present;
    this.element.disabled = choices.length < 2;
  }

  /** Tell what the present model is like, as soon as an answer says so. */
  describe(layers: number, heads: number): void {
    const { value } = this;
    if (!this.models.some(({ id }) => id === value)) {
      this.show(value, [{ id: value, layers, heads }, ...this.models]);
    }
  }

  private models: ModelChoice[] = [];
}
