/** What the second reading of a comparison is of: a text and a model. */

import { focusedBeside } from '../element';
import { make } from '../frame';
import type { Scene, Tools } from './scene';

/** Return the second reading's input. */
export function secondInput({ input, against }: Scene): Scene['input'] {
  return { ...input, text: against.text ?? input.text, model: against.model ?? input.model };
}

/** A field for the text, and a list of models. */
export class AgainstForm {
  readonly element: HTMLElement;

  constructor(private readonly tools: Tools) {
    this.text.setAttribute('aria-label', 'Text to compare with');
    this.text.dir = 'auto';
    // JupyterLab would take Ctrl+Enter as "run the cell".
    this.text.dataset.lmSuppressShortcuts = 'true';
    this.text.addEventListener('keydown', event => {
      if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
        event.preventDefault();
        this.give();
      }
    });
    this.model.setAttribute('aria-label', 'Model to compare with');
    this.model.addEventListener('change', () => this.give());
    const form = make('form', { className: 'albert-against' }, [
      this.text,
      this.model,
      make('button', { type: 'submit', textContent: 'Compare', title: 'Ctrl+Enter' })
    ]);
    form.addEventListener('submit', event => {
      event.preventDefault();
      this.give();
    });
    this.element = form;
  }

  /** Show what is compared; a text that is being typed stays as it is. */
  show(scene: Scene): void {
    this.scene = scene;
    if (focusedBeside(this.text) !== this.text) {
      this.text.value = secondInput(scene).text;
    }
    this.offer();
    if (!this.models.length) {
      this.tools
        .ask<{ id: string }[]>(scene, 'models', {}, 'compare-models')
        // An error here is no news for the person: there is just nothing to change to.
        .then(
          models => {
            this.models = models.map(({ id }) => id);
            this.offer();
          },
          () => undefined
        );
    }
  }

  /** Text and model count as given. */
  private give(): void {
    const { scene } = this;
    if (scene) {
      const { text, model } = scene.input;
      const [other, otherModel] = [this.text.value, this.model.value];
      this.tools.choose({
        against: {
          text: other === text ? null : other,
          model: otherModel === model ? null : otherModel
        }
      });
    }
  }

  private offer(): void {
    const { scene } = this;
    if (scene) {
      const { model } = secondInput(scene);
      const ids = [...new Set([model, ...this.models])];
      if (ids.join('\n') !== Array.from(this.model.options, ({ value }) => value).join('\n')) {
        this.model.replaceChildren(
          ...ids.map(id => make('option', { value: id, textContent: id }))
        );
      }
      this.model.value = model;
    }
  }

  private readonly text = make('textarea', { rows: 1, spellcheck: false });
  private readonly model = make('select');
  private scene: Scene | null = null;
  private models: string[] = [];
}
