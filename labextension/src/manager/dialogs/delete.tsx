/** Deleting says what it frees, and what else it does. */

import type { TranslationBundle } from '@jupyterlab/translation';

import type { ModelInfo } from '../types';
import { bytes } from '../views/words';
import { ask } from './ask';

/** Ask whether a model, or one revision of it, is to be deleted. */
export async function deleteDialog(
  trans: TranslationBundle,
  model: ModelInfo,
  revision: string
): Promise<boolean> {
  const isLoaded = model.device !== '';
  const { title, texts } = deleteWords(trans, model, revision);
  const answer = await ask<true>(trans, {
    title,
    accept: isLoaded ? trans.__('Unload and delete') : trans.__('Delete'),
    isDangerous: true,
    first: true,
    body: () => (
      <>
        {texts.map(text => (
          <p key={text} dir="auto">
            {text}
          </p>
        ))}
      </>
    )
  });
  return answer === true;
}

/** The part of a translation bundle that is needed here. */
type Words = Pick<TranslationBundle, '__'>;

/** What the dialog says. */
export function deleteWords(
  words: Words,
  model: ModelInfo,
  revision: string
): { title: string; texts: string[] } {
  const found = model.revisions.find(({ commit }) => commit === revision);
  const name = revision ? `${model.id} @ ${revision.slice(0, 8)}` : model.id;
  const size = bytes(found?.bytes ?? model.bytes_on_disk);
  if (model.source === 'folder') {
    return {
      title: words.__('Take %1 out of the list?', name),
      texts: [words.__('Its files stay where they are.'), ...inMemory(words, model)]
    };
  }
  return {
    title: words.__('Delete %1?', name),
    texts: [
      found && model.revisions.length > 1
        ? words.__('That frees up to %1: files that other revisions share stay.', size)
        : words.__('That frees %1.', size),
      ...inMemory(words, model),
      words.__('You can undo it until this page is closed, for an hour at most.')
    ]
  };
}

function inMemory(words: Words, { device, used_by }: ModelInfo): string[] {
  if (!device) {
    return [];
  }
  return used_by.length > 0
    ? [words.__('It is in memory, and was used by %1: it is unloaded first.', used_by.join(', '))]
    : [words.__('It is in memory: it is unloaded first.')];
}
