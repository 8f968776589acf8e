/** What stands above the sections: memory, what went wrong, filter and order. */

import {
  closeIcon,
  filterListIcon,
  refreshIcon,
  searchIcon,
  settingsIcon
} from '@jupyterlab/ui-components';
import { Menu } from '@lumino/widgets';
import { useEffect, useRef, useState } from 'react';

import { announced } from '../announcing';
import { CommandIDs } from '../tokens';
import type { Order } from './filtering';
import { MemoryBar } from './memory';
import { useChoice, useOrder, useParts, useStore } from './parts';
import { Failure, IconButton } from './states';
import { TroublePanel } from './trouble';

const SORT = 'albert-widgets:sort-models';

/** The header of the sidebar. */
export function Header() {
  const { trans, commands } = useParts();
  const trouble = useStore(state => state.trouble);
  const isRefreshing = useRefreshing();
  return (
    <div className="jp-AlbertManager-header">
      <div className="jp-AlbertManager-titleRow">
        <h2>{trans.__('BERT models')}</h2>
        <span className="jp-AlbertManager-tools">
          <IconButton
            icon={refreshIcon}
            label={trans.__('Look again')}
            isDisabled={isRefreshing.now}
            onClick={isRefreshing.start}
          />
          <IconButton
            icon={settingsIcon}
            label={trans.__('Settings')}
            onClick={() =>
              void commands.execute('settingeditor:open', { query: trans.__('BERT models') })
            }
          />
        </span>
      </div>
      <MemoryBar />
      {trouble && <TroublePanel trouble={trouble} />}
      <Slip />
      <Filter />
      <LiveRegion />
    </div>
  );
}

function useRefreshing(): { now: boolean; start: () => void } {
  const { commands } = useParts();
  const [now, set] = useState(false);
  const start = () => {
    set(true);
    void commands.execute(CommandIDs.refresh).finally(() => set(false));
  };
  return { now, start };
}

function Slip() {
  const { store, trans } = useParts();
  const slip = useStore(state => state.slip);
  if (!slip) {
    return null;
  }
  const message = slip.model ? `${slip.model}: ${slip.message}` : slip.message;
  return (
    <Failure
      message={message}
      hint={slip.hint}
      onDismiss={
        <IconButton icon={closeIcon} label={trans.__('Dismiss')} onClick={() => store.forgive()} />
      }
    />
  );
}

function Filter() {
  const { trans, choices, commands } = useParts();
  const filter = useChoice(now => now.filter);
  const order = useOrder();
  const button = useRef<HTMLSpanElement>(null);
  const names: [Order, string][] = [
    ['last-used', trans.__('Last used')],
    ['name', trans.__('Name')],
    ['size', trans.__('Size')]
  ];
  const openSort = () => {
    if (!commands.hasCommand(SORT)) {
      commands.addCommand(SORT, {
        label: ({ label }) => String(label ?? ''),
        isToggled: ({ order: one, now }) => one === now,
        isVisible: ({ order: one }) => one !== undefined,
        execute: ({ order: one }) => choices.set({ order: one as Order })
      });
    }
    const menu = new Menu({ commands });
    for (const [one, label] of names) {
      menu.addItem({ command: SORT, args: { order: one, label, now: order } });
    }
    menu.aboutToClose.connect(() => {
      requestAnimationFrame(() => menu.dispose());
      button.current?.querySelector('button')?.focus();
    });
    const place = button.current!.getBoundingClientRect();
    menu.open(place.left, place.bottom);
  };
  const sorted = names.find(([one]) => one === order)![1];
  return (
    <div className="jp-AlbertManager-filter" role="search">
      <span className="jp-AlbertManager-field">
        <searchIcon.react tag="span" />
        <input
          type="text"
          value={filter}
          placeholder={trans.__('Filter')}
          aria-label={trans.__('Filter all sections')}
          spellCheck={false}
          onChange={({ target }) => choices.set({ filter: target.value })}
          onKeyDown={event => {
            if (event.key === 'Escape' && filter) {
              event.stopPropagation();
              choices.set({ filter: '' });
            }
          }}
        />
        {filter && (
          <IconButton
            icon={closeIcon}
            label={trans.__('Clear the filter')}
            onClick={() => choices.set({ filter: '' })}
          />
        )}
      </span>
      <span ref={button}>
        <IconButton
          icon={filterListIcon}
          label={trans.__('Sort models: %1', sorted)}
          onClick={openSort}
        />
      </span>
    </div>
  );
}

/** Says results of actions; a new text each time, so that the same one is said again. */
function LiveRegion() {
  const { store } = useParts();
  const [text, setText] = useState('');
  useEffect(() => {
    const say = (_: unknown, news: string) => {
      setText('');
      requestAnimationFrame(() => setText(news));
    };
    announced(store).connect(say);
    return () => void announced(store).disconnect(say);
  }, [store]);
  return (
    <div className="jp-AlbertManager-said" role="status" aria-live="polite">
      {text}
    </div>
  );
}
