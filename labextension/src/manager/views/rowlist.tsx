/** A list that is one stop of the Tab key: arrows go from row to row, and the focus survives whatever happens. */

import { ellipsesIcon, type LabIcon } from '@jupyterlab/ui-components';
import {
  type KeyboardEvent,
  memo,
  type MouseEvent,
  type ReactNode,
  useLayoutEffect,
  useRef,
  useState
} from 'react';

import type { Action, RowActions } from './actions';
import { openMenu } from './menu';
import { useParts } from './parts';
import { focusAfter, rowKey, typedRow } from './rowkeys';
import { IconButton } from './states';

/** What a row is besides what it shows. */
export interface RowShape {
  id: string;
  /** Its name for screen readers, and for typing ahead. */
  label: string;
  actions: RowActions;
  /** What is being done with it; empty for nothing. */
  busy?: string;
  /** Null where it cannot be marked. */
  isMarked?: boolean | null;
  /** Whether its buttons are always seen. */
  isSteered?: boolean;
  className?: string;
}

interface ListProps<T> {
  label: string;
  items: readonly T[];
  shape: (item: T) => RowShape;
  content: (item: T) => ReactNode;
  /** What the contents depend on besides their items. */
  version?: unknown;
  onMark?: (id: string) => void;
}

const TYPING = 700;

/** The list; see {@link RowShape}. */
export function RowList<T>(props: ListProps<T>) {
  const { label, items, shape, content, onMark, version } = props;
  const { commands, trans } = useParts();
  const [current, setCurrent] = useState<string | null>(null);
  const [hovered, setHovered] = useState<string | null>(null);
  const box = useRef<HTMLDivElement>(null);
  const before = useRef<string[]>([]);
  const hasFocus = useRef(false);
  const typed = useRef({ text: '', time: 0 });

  const shapes = items.map(shape);
  const ids = shapes.map(({ id }) => id);
  const active = focusAfter(current, before.current, ids);

  const rowOf = (id: string | null) =>
    [...(box.current?.children ?? [])].find(row => (row as HTMLElement).dataset.id === id) as
      HTMLElement | undefined;

  useLayoutEffect(() => {
    before.current = ids;
    if (active !== current) {
      setCurrent(active);
    }
    // A row that had the focus is gone: the page's body has it now.
    if (hasFocus.current && document.activeElement === document.body) {
      rowOf(active)?.focus();
    }
  });

  const run = (action: Action | null) => {
    if (action && commands.isEnabled(action.command, action.args)) {
      void commands.execute(action.command, action.args);
    }
  };
  const shapeAt = (target: EventTarget) => {
    const id = (target as HTMLElement).closest<HTMLElement>('[role="row"]')?.dataset.id;
    return shapes.find(one => one.id === id);
  };
  const showMenu = (one: RowShape, x: number, y: number) => {
    setCurrent(one.id);
    openMenu(commands, one.actions, x, y, () => rowOf(one.id)?.focus());
  };

  const onKeyDown = (event: KeyboardEvent<HTMLDivElement>) => {
    const one = shapeAt(event.target);
    const row = rowOf(one?.id ?? null);
    if (!one || !row || event.defaultPrevented) {
      return;
    }
    const isTurned = getComputedStyle(row).direction === 'rtl';
    if (event.target !== row) {
      inside(event, row, isTurned);
      return;
    }
    const at = ids.indexOf(one.id);
    const wish = rowKey(event, at, ids.length, isTurned);
    if (!wish) {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
    switch (wish.kind) {
      case 'go':
        rowOf(ids[wish.to])?.focus();
        break;
      case 'open':
        run(one.actions.main);
        break;
      case 'delete':
        run(one.actions.remove);
        break;
      case 'rename':
        run(one.actions.rename);
        break;
      case 'mark':
        onMark?.(one.id);
        break;
      case 'menu': {
        const place = row.getBoundingClientRect();
        showMenu(one, place.left + 16, place.bottom);
        break;
      }
      case 'into':
        row.querySelector<HTMLElement>('button:not(:disabled), a, input')?.focus();
        break;
      case 'type': {
        const isNew = event.timeStamp - typed.current.time > TYPING;
        const text = (isNew ? '' : typed.current.text) + wish.letter;
        typed.current = { text, time: event.timeStamp };
        const to = typedRow(
          text,
          shapes.map(({ label }) => label),
          at
        );
        rowOf(ids[to])?.focus();
        break;
      }
    }
  };

  return (
    <div
      ref={box}
      role="grid"
      className="jp-AlbertManager-rows"
      aria-label={label}
      aria-multiselectable={onMark ? true : undefined}
      onKeyDown={onKeyDown}
      onFocus={event => {
        hasFocus.current = true;
        setCurrent(shapeAt(event.target)?.id ?? active);
      }}
      onBlur={({ relatedTarget }) => {
        // Without a target the row may just have been taken out of the page.
        if (relatedTarget && !box.current?.contains(relatedTarget)) {
          hasFocus.current = false;
        } else if (!relatedTarget) {
          const row = rowOf(active);
          setTimeout(() => {
            hasFocus.current = !!box.current?.contains(document.activeElement) || !row?.isConnected;
          });
        }
      }}
      onMouseOver={({ target }: MouseEvent) => setHovered(shapeAt(target)?.id ?? null)}
      onMouseLeave={() => setHovered(null)}
      onDoubleClick={event => {
        if (!(event.target as HTMLElement).closest('button, a, input')) {
          run(shapeAt(event.target)?.actions.main ?? null);
        }
      }}
      onContextMenu={event => {
        const one = shapeAt(event.target);
        if (one && !event.shiftKey) {
          event.preventDefault();
          event.stopPropagation();
          showMenu(one, event.clientX, event.clientY);
        }
      }}
    >
      {items.map((item, at) => (
        <Row
          key={ids[at]}
          item={item}
          shape={shapes[at]}
          content={content}
          version={version}
          isCurrent={ids[at] === active}
          isSeen={ids[at] === hovered || ids[at] === active || !!shapes[at].isSteered}
          more={trans.__('More actions')}
        />
      ))}
    </div>
  );
}

/** Keys on the buttons of a row: along them, and back to the row. */
function inside(event: KeyboardEvent, row: HTMLElement, isTurned: boolean): void {
  const stops = [...row.querySelectorAll<HTMLElement>('button:not(:disabled), a, input')];
  const at = stops.indexOf(event.target as HTMLElement);
  const [back, on] = isTurned ? ['ArrowRight', 'ArrowLeft'] : ['ArrowLeft', 'ArrowRight'];
  if (event.key === 'Escape' || (event.key === back && at === 0)) {
    row.focus();
  } else if (event.key === back || event.key === on) {
    stops[Math.min(Math.max(at + (event.key === on ? 1 : -1), 0), stops.length - 1)].focus();
  } else {
    return;
  }
  event.preventDefault();
  event.stopPropagation();
}

interface RowProps<T> {
  item: T;
  shape: RowShape;
  content: (item: T) => ReactNode;
  version: unknown;
  isCurrent: boolean;
  isSeen: boolean;
  more: string;
}

function DrawnRow<T>({ item, shape, content, isCurrent, isSeen, more }: RowProps<T>) {
  const { id, label, busy = '', isMarked = null, actions, className = '' } = shape;
  return (
    <div
      role="row"
      data-id={id}
      tabIndex={isCurrent ? 0 : -1}
      aria-label={busy ? `${label}, ${busy}` : label}
      aria-busy={busy !== '' || undefined}
      aria-selected={isMarked ?? undefined}
      className={`jp-AlbertManager-row ${className}`}
      data-busy={busy || undefined}
    >
      <div role="gridcell" className="jp-AlbertManager-rowMain">
        {content(item)}
      </div>
      {isSeen && (
        <div role="gridcell" className="jp-AlbertManager-rowActions">
          {busy
            ? null
            : actions.buttons.map(one => <ActionButton key={one.command} action={one} />)}
          {actions.menu.length > 0 && <MenuButton label={more} actions={actions} />}
        </div>
      )}
    </div>
  );
}

const Row = memo(
  DrawnRow,
  (before, now) =>
    before.item === now.item &&
    before.isCurrent === now.isCurrent &&
    before.isSeen === now.isSeen &&
    before.version === now.version &&
    before.shape.label === now.shape.label &&
    before.shape.busy === now.shape.busy &&
    before.shape.isMarked === now.shape.isMarked &&
    before.shape.className === now.shape.className
) as typeof DrawnRow;

function ActionButton({ action: { command, args } }: { action: Action }) {
  const { commands } = useParts();
  const icon = commands.icon(command, args) as LabIcon | undefined;
  return icon ? (
    <IconButton
      icon={icon}
      label={commands.label(command, args)}
      isDisabled={!commands.isEnabled(command, args)}
      tabIndex={-1}
      onClick={() => void commands.execute(command, args)}
    />
  ) : null;
}

function MenuButton({ label, actions }: { label: string; actions: RowActions }) {
  const { commands } = useParts();
  const button = useRef<HTMLSpanElement>(null);
  return (
    <span ref={button}>
      <IconButton
        icon={ellipsesIcon}
        label={label}
        tabIndex={-1}
        onClick={() => {
          const place = button.current!.getBoundingClientRect();
          const row = button.current!.closest<HTMLElement>('[role="row"]');
          openMenu(commands, actions, place.left, place.bottom, () => row?.focus());
        }}
      />
    </span>
  );
}
