/** Which one is meant, where a command is called without saying so. */

import type { TranslationBundle } from '@jupyterlab/translation';
import { HTMLSelect } from '@jupyterlab/ui-components';
import { useState } from 'react';

import { ask } from './ask';

/** Let the user choose one of some ids; null for none. */
export function chooseDialog(
  trans: TranslationBundle,
  title: string,
  label: string,
  ids: readonly string[],
  names: readonly string[] = ids
): Promise<string | null> {
  if (ids.length === 0) {
    return Promise.resolve(null);
  }
  return ask<string>(trans, {
    title,
    accept: trans.__('Choose'),
    first: ids[0],
    focus: 'select',
    body: answer => <Choice {...{ ids, names, label, answer }} />
  });
}

function Choice(props: {
  ids: readonly string[];
  names: readonly string[];
  label: string;
  answer: (id: string) => void;
}) {
  const { ids, names, label, answer } = props;
  const [value, setValue] = useState(ids[0]);
  return (
    <label className="jp-AlbertManager-formField">
      {label}
      <HTMLSelect
        value={value}
        onChange={({ target }) => {
          setValue(target.value);
          answer(target.value);
        }}
      >
        {ids.map((id, at) => (
          <option key={id} value={id}>
            {names[at]}
          </option>
        ))}
      </HTMLSelect>
    </label>
  );
}
