/** What a download would fetch, before it is fetched. */

import type { TranslationBundle } from '@jupyterlab/translation';
import { useEffect, useRef, useState } from 'react';

import type { CommandOptions } from '../commands';
import type { DownloadPlan } from '../types';
import { PAUSE, slipOf } from '../views/hubsearch';
import { bytes, languageName, taskName } from '../views/words';
import { ask } from './ask';

/** What is downloaded; an empty revision is the main branch. */
export interface Download {
  model: string;
  revision: string;
}

/** Milliseconds without a key after which a typed id is looked up. */
const TYPED = 2 * PAUSE;

/** Ask the hub, show what it says, and return what the user wants; null for nothing. */
export function downloadDialog(
  { store, trans }: CommandOptions,
  model: string,
  revision: string
): Promise<Download | null> {
  const look = (id: string) =>
    store.ask('GET /hub/models/{id}', { path: { id }, query: revision ? { revision } : {} });
  return ask<Download>(trans, {
    title: model ? trans.__('Download %1', model) : trans.__('Download a model'),
    accept: trans.__('Download'),
    first: null,
    focus: model ? undefined : 'input',
    body: answer => (
      <Plan
        trans={trans}
        model={model}
        look={look}
        answer={id => answer(id === null ? null : { model: id, revision })}
      />
    )
  });
}

type Outlook =
  | { kind: 'none' }
  | { kind: 'asking' }
  | { kind: 'plan'; plan: DownloadPlan }
  | { kind: 'failed'; message: string; hint: string };

function Plan(props: {
  trans: TranslationBundle;
  model: string;
  look: (model: string) => Promise<DownloadPlan>;
  answer: (model: string | null) => void;
}) {
  const { trans, model, look, answer } = props;
  const [typed, setTyped] = useState('');
  const [outlook, setOutlook] = useState<Outlook>({ kind: model ? 'asking' : 'none' });
  const number = useRef(0);
  const id = model || idOf(typed);

  useEffect(() => {
    const mine = ++number.current;
    answer(null);
    if (!id) {
      setOutlook({ kind: 'none' });
      return;
    }
    setOutlook({ kind: 'asking' });
    const ask = async () => {
      let next: Outlook;
      try {
        next = { kind: 'plan', plan: await look(id) };
      } catch (reason) {
        next = { kind: 'failed', ...slipOf(reason) };
      }
      if (mine === number.current) {
        setOutlook(next);
        answer(next.kind === 'plan' && fits(next.plan) && next.plan.bytes_missing > 0 ? id : null);
      }
    };
    const timer = setTimeout(() => void ask(), model ? 0 : TYPED);
    return () => {
      clearTimeout(timer);
      number.current++;
    };
  }, [id]);

  return (
    <>
      {!model && (
        <label className="jp-AlbertManager-formField">
          {trans.__('Id on the hub')}
          <input
            type="text"
            className="jp-mod-styled"
            value={typed}
            placeholder="google-bert/bert-base-uncased"
            spellCheck={false}
            onChange={({ target }) => setTyped(target.value)}
          />
        </label>
      )}
      <div
        className="jp-AlbertManager-plan"
        aria-live="polite"
        aria-busy={outlook.kind === 'asking'}
      >
        {outlook.kind === 'asking' && (
          <div className="jp-AlbertManager-skeleton" aria-label={trans.__('Asking the hub…')}>
            <span />
            <span />
          </div>
        )}
        {outlook.kind === 'failed' && (
          <p className="jp-AlbertManager-formProblem" role="alert">
            <strong>{outlook.message}</strong> {outlook.hint}
          </p>
        )}
        {outlook.kind === 'plan' && <PlanTable trans={trans} plan={outlook.plan} />}
      </div>
    </>
  );
}

function PlanTable({ trans, plan }: { trans: TranslationBundle; plan: DownloadPlan }) {
  const language = document.documentElement.lang || undefined;
  const facts: [string, string][] = [
    [trans.__('Size'), bytes(plan.bytes_total)],
    [
      trans.__('To fetch'),
      plan.bytes_missing > 0 ? bytes(plan.bytes_missing) : trans.__('nothing: it is here already')
    ],
    [trans.__('Free room'), bytes(plan.bytes_free)],
    [trans.__('Task'), taskName(plan.task, trans)],
    [
      trans.__('Languages'),
      plan.languages
        .slice(0, 6)
        .map(code => languageName(code, trans, language))
        .join(', ')
    ],
    [trans.__('Licence'), plan.licence || trans.__('not said')],
    [trans.__('Revision'), plan.revision.slice(0, 12)],
    [trans.__('Folder'), plan.folder]
  ];
  return (
    <>
      {!fits(plan) && (
        <p className="jp-AlbertManager-formProblem" role="alert">
          {trans.__(
            'There is too little room: %1 are missing. Delete a model first.',
            bytes(plan.bytes_missing - plan.bytes_free)
          )}
        </p>
      )}
      <table className="jp-AlbertManager-factTable">
        <tbody>
          {facts
            .filter(([, value]) => value)
            .map(([name, value]) => (
              <tr key={name}>
                <th scope="row">{name}</th>
                <td dir="auto">{value}</td>
              </tr>
            ))}
        </tbody>
      </table>
      <details>
        <summary>{trans._n('%1 file', '%1 files', plan.files.length)}</summary>
        <ul className="jp-AlbertManager-files">
          {plan.files.map(([name, size]) => (
            <li key={name}>
              <span>{name}</span> <span>{bytes(size)}</span>
            </li>
          ))}
        </ul>
      </details>
    </>
  );
}

/** Whether the disk has room for it. */
export function fits(plan: DownloadPlan): boolean {
  return plan.bytes_missing <= plan.bytes_free;
}

/** The id in what was typed or pasted: the address of the model's page will do. */
export function idOf(typed: string): string {
  const text = typed.trim();
  const page = /^https?:\/\/[^/]+\/([^/\s]+\/[^/\s?#]+)/.exec(text);
  return page ? page[1] : text;
}
