/** What stands in place of an answer when the model predicts nothing: the classifiers that do. */

import type { ModelChoice } from '../chip';
import { make } from '../frame';

/** Return a sentence and a list of classifiers; without any, what makes one. */
export function otherModels(
  reason: string,
  models: ModelChoice[],
  onChoose: (id: string) => void
): HTMLElement {
  const said = make('p', { textContent: reason });
  if (!models.length) {
    return make('div', { className: 'albert-others' }, [
      said,
      make('p', { className: 'albert-empty' }, [
        'There is no classifier here yet. Make one of a labelled table: ',
        make('code', { textContent: '%albert fit df --text COLUMN --label COLUMN' })
      ])
    ]);
  }
  const choice = make('select', {}, [
    make('option', { value: '', textContent: 'Choose a classifier' }),
    ...models.map(({ id }) => make('option', { value: id, textContent: id }))
  ]);
  choice.setAttribute('aria-label', 'Classifier');
  choice.addEventListener('change', () => choice.value && onChoose(choice.value));
  return make('div', { className: 'albert-others' }, [said, choice]);
}
