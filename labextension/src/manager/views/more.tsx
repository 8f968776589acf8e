/** The section of models to get: a list of good ones, and the hub's search. */

import { closeIcon, HTMLSelect, searchIcon } from '@jupyterlab/ui-components';
import { useMemo, useState } from 'react';

import { CommandIDs } from '../tokens';
import type { HubModel } from '../types';
import { hubActions } from './actions';
import { type HubFilter, SIZES, wanted } from './filtering';
import { useHubSearch } from './hubsearch';
import { Facts } from './modelrow';
import { Name } from './name';
import { language, useChoice, useKept, useParts, useStore } from './parts';
import { RowList } from './rowlist';
import { Empty, Failure, IconButton, Skeleton } from './states';
import { amount, bytes, languageName, taskName } from './words';

const TASKS = ['encoder', 'fill-mask', 'text-classification', 'summarization'];
const ANY: HubFilter = { language: '', task: '', size: 0 };
const NONE: readonly never[] = [];

/** Languages that the list is asked for most, before those that are in it. */
const LANGUAGES = ['en', 'zh', 'de', 'es', 'fr', 'ja', 'ar', 'multilingual'];

/** The section. */
export function GetMore() {
  const { trans, store, commands } = useParts();
  const isOffline = useStore(state => state.status?.is_offline ?? false);
  const mayAsk = useStore(() => store.preferences.onlineSearch) && !isOffline;
  const models = useStore(state => state.models);
  const busy = useStore(state => state.busy);
  const filter = useChoice(now => now.filter);
  const [query, setQuery] = useState('');
  const [wish, setWish] = useState(ANY);
  const asked = mayAsk ? query.trim() : '';
  const found = useHubSearch(asked, wish.language, wish.task);
  const list = useKept(found.models ?? NONE, ({ id }) => id);
  const here = useMemo(() => new Set((models ?? []).map(({ id }) => id)), [models]);
  // Where the hub may not be asked, the words are looked for in the list.
  const shown = wanted(list, mayAsk ? filter : `${filter} ${query}`, wish);
  const isHere = (model: HubModel) => (models ? here.has(model.id) : model.is_here);
  const clear = () => {
    setQuery('');
    setWish(ANY);
  };
  return (
    <div className="jp-AlbertManager-more" aria-busy={found.isAsking}>
      <Wishes
        {...{ query, setQuery, wish, setWish, mayAsk }}
        languages={[...new Set([...LANGUAGES, ...list.flatMap(one => one.languages)])]}
      />
      {!mayAsk && (
        <p className="jp-AlbertManager-note">
          {isOffline
            ? trans.__('Offline: this list comes with the package, the hub is not searched.')
            : trans.__('The search on the hub is switched off in the settings.')}
        </p>
      )}
      {found.failure && <Failure {...found.failure} retry={found.again} />}
      {found.models === null ? (
        found.isAsking && <Skeleton rows={3} />
      ) : shown.length > 0 ? (
        <RowList
          label={trans.__('Models to download')}
          items={shown}
          version={here}
          shape={model => ({
            id: model.id,
            label: [model.id, isHere(model) ? trans.__('here already') : '', ...factsOf(model)]
              .filter(Boolean)
              .join(', '),
            actions: hubActions(model, isHere(model)),
            busy: busy.get(model.id)
          })}
          content={model => <HubRow model={model} facts={factsOf(model)} isHere={isHere(model)} />}
        />
      ) : (
        !found.isAsking && (
          <Empty
            text={trans.__('No such model is known. One whose id you know can be downloaded.')}
            action={
              query || wish !== ANY
                ? [trans.__('Show all'), clear]
                : [trans.__('Download by id…'), () => void commands.execute(CommandIDs.download)]
            }
          />
        )
      )}
    </div>
  );

  function factsOf(model: HubModel): string[] {
    return [
      taskName(model.task, trans),
      model.languages.length > 3
        ? `${model.languages.slice(0, 2).join(' ')} +${model.languages.length - 2}`
        : model.languages.join(' '),
      model.licence,
      model.parameters ? trans.__('%1 weights', amount(model.parameters)) : ''
    ];
  }
}

function Wishes(props: {
  query: string;
  setQuery: (query: string) => void;
  wish: HubFilter;
  setWish: (wish: HubFilter) => void;
  languages: readonly string[];
  mayAsk: boolean;
}) {
  const { query, setQuery, wish, setWish, languages, mayAsk } = props;
  const { trans } = useParts();
  const label = mayAsk ? trans.__('Search the hub') : trans.__('Search the list');
  return (
    <div className="jp-AlbertManager-wishes" role="search">
      <span className="jp-AlbertManager-field">
        <searchIcon.react tag="span" />
        <input
          type="text"
          value={query}
          placeholder={label}
          aria-label={label}
          spellCheck={false}
          onChange={({ target }) => setQuery(target.value)}
          onKeyDown={event => {
            if (event.key === 'Escape' && query) {
              event.stopPropagation();
              setQuery('');
            }
          }}
        />
        {query && (
          <IconButton
            icon={closeIcon}
            label={trans.__('Clear the search')}
            onClick={() => setQuery('')}
          />
        )}
      </span>
      <div className="jp-AlbertManager-selects">
        <HTMLSelect
          aria-label={trans.__('Language')}
          value={wish.language}
          onChange={({ target }) => setWish({ ...wish, language: target.value })}
        >
          <option value="">{trans.__('Language')}</option>
          {languages.map(code => (
            <option key={code} value={code}>
              {languageName(code, trans, language())}
            </option>
          ))}
        </HTMLSelect>
        <HTMLSelect
          aria-label={trans.__('Task')}
          value={wish.task}
          onChange={({ target }) => setWish({ ...wish, task: target.value })}
        >
          <option value="">{trans.__('Task')}</option>
          {TASKS.map(task => (
            <option key={task} value={task}>
              {taskName(task, trans)}
            </option>
          ))}
        </HTMLSelect>
        <HTMLSelect
          aria-label={trans.__('Size')}
          value={String(wish.size)}
          onChange={({ target }) => setWish({ ...wish, size: Number(target.value) })}
        >
          <option value="0">{trans.__('Size')}</option>
          {SIZES.map(size => (
            <option key={size} value={String(size)}>
              {trans.__('up to %1', bytes(size))}
            </option>
          ))}
        </HTMLSelect>
      </div>
    </div>
  );
}

function HubRow(props: { model: HubModel; facts: readonly string[]; isHere: boolean }) {
  const { model, facts, isHere } = props;
  const { trans } = useParts();
  const title = [facts.filter(Boolean).join(' · '), model.note].filter(Boolean).join('\n');
  return (
    <>
      <div className="jp-AlbertManager-line">
        <span className="jp-AlbertManager-dot" data-is-here={isHere || undefined} />
        <Name name={model.id} />
        {model.is_gated && (
          <span
            className="jp-AlbertManager-badge"
            title={trans.__('Its owner asks for something first; see its page on the hub')}
          >
            {trans.__('gated')}
          </span>
        )}
        <span className="jp-AlbertManager-aside">{model.bytes ? bytes(model.bytes) : ''}</span>
      </div>
      <div className="jp-AlbertManager-line jp-mod-second" title={title}>
        <Facts facts={[isHere ? trans.__('here already') : '', ...facts]} />
      </div>
    </>
  );
}
