/** Another name for a model of one's own. */

import type { TranslationBundle } from '@jupyterlab/translation';
import { useState } from 'react';

import { ask } from './ask';

/** What a name may be made of; the backend has the last word. */
export const NAME = /^[\p{L}\p{N}_][\p{L}\p{N}_.-]{0,63}$/u;

/** Ask for the new name; null for none. */
export function renameDialog(trans: TranslationBundle, model: string): Promise<string | null> {
  const old = model.replace(/^run:/, '');
  return ask<string>(trans, {
    title: trans.__('Rename %1', model),
    accept: trans.__('Rename'),
    first: null,
    focus: 'input',
    body: answer => <NameField trans={trans} old={old} answer={name => answer(name)} />
  });
}

function NameField(props: {
  trans: TranslationBundle;
  old: string;
  answer: (name: string | null) => void;
}) {
  const { trans, old, answer } = props;
  const [name, setName] = useState(old);
  const isGood = NAME.test(name);
  return (
    <>
      <label className="jp-AlbertManager-formField">
        {trans.__('New name')}
        <input
          type="text"
          className="jp-mod-styled"
          value={name}
          spellCheck={false}
          aria-invalid={!isGood}
          aria-describedby="jp-AlbertManager-nameHelp"
          onFocus={({ target }) => target.select()}
          onChange={({ target }) => {
            const next = target.value.trim();
            setName(target.value);
            answer(NAME.test(next) && next !== old ? next : null);
          }}
        />
      </label>
      <p id="jp-AlbertManager-nameHelp" className="jp-AlbertManager-formHelp">
        {isGood || name === ''
          ? trans.__('Notebooks that use the old name must be changed.')
          : trans.__('Letters, digits, “-”, “_” and “.”, 64 at most.')}
      </p>
    </>
  );
}
