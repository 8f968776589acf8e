/** A folder with a checkpoint joins the list. */

import type { TranslationBundle } from '@jupyterlab/translation';
import { useState } from 'react';

import { ask } from './ask';

/** What is registered; an empty name is the folder's own. */
export interface Registration {
  folder: string;
  name: string;
}

/** Ask for the folder and its name; null for none. */
export function registerDialog(trans: TranslationBundle): Promise<Registration | null> {
  return ask<Registration>(trans, {
    title: trans.__('Register a folder'),
    accept: trans.__('Register'),
    first: null,
    focus: 'input',
    body: answer => <Fields trans={trans} answer={answer} />
  });
}

function Fields(props: { trans: TranslationBundle; answer: (value: Registration | null) => void }) {
  const { trans, answer } = props;
  const [value, setValue] = useState<Registration>({ folder: '', name: '' });
  const change = (part: Partial<Registration>) => {
    const next = { ...value, ...part };
    setValue(next);
    const clean = { folder: next.folder.trim(), name: next.name.trim() };
    answer(clean.folder ? clean : null);
  };
  return (
    <>
      <label className="jp-AlbertManager-formField">
        {trans.__('Folder on the backend’s machine')}
        <input
          type="text"
          className="jp-mod-styled"
          value={value.folder}
          placeholder="/home/ada/models/reviews"
          spellCheck={false}
          onChange={({ target }) => change({ folder: target.value })}
        />
      </label>
      <label className="jp-AlbertManager-formField">
        {trans.__('Name in the list')}
        <input
          type="text"
          className="jp-mod-styled"
          value={value.name}
          placeholder={trans.__('the folder’s own')}
          spellCheck={false}
          onChange={({ target }) => change({ name: target.value })}
        />
      </label>
      <p className="jp-AlbertManager-formHelp">
        {trans.__('It holds config.json and model.safetensors. Its files stay where they are.')}
      </p>
    </>
  );
}
