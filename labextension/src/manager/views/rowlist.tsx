/** A list that is one stop of the Tab key: arrows go from row to row, and the focus survives whatever happens. */

import {
  type KeyboardEvent,
  type MouseEvent,
  type ReactNode,
  startTransition,
  useEffect,
  useLayoutEffect,
  useRef,
  useState
} from 'react';

import type { Action } from './actions';
import { openMenu } from './menu';
import { useParts } from './parts';
import { Row, type RowShape } from './row';
import { focusAfter, rowKey, typedRow } from './rowkeys';

interface ListProps<T> {
  label: string;
  items: readonly T[];
  shape: (item: T) => RowShape;
  content: (item: T) => ReactNode;
  /** What the contents depend on besides their items. */
  version?: unknown;
  onMark?: (id: string) => void;
}

/** Milliseconds after which a letter begins a new word. */
const TYPING = 700;
/** Rows that are drawn at once. */
const SCREENFUL = 40;

/** The list; what its rows are says {@link RowShape}. */
export function RowList<T>(props: ListProps<T>) {
  const { label, items, shape, content, onMark, version } = props;
  const { commands, trans } = useParts();
  const [current, setCurrent] = useState<string | null>(null);
  const [hovered, setHovered] = useState<string | null>(null);
  const box = useRef<HTMLDivElement>(null);
  const before = useRef<string[]>([]);
  const hasFocus = useRef(false);
  const typed = useRef({ text: '', time: 0 });

  const drawn = useGradually(items);
  const shapes = drawn.map(shape);
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
      {drawn.map((item, at) => (
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

/** A screenful at first, so that the list is seen at once; the rest after that. */
function useGradually<T>(items: readonly T[]): readonly T[] {
  const [isWhole, setWhole] = useState(items.length <= SCREENFUL);
  useEffect(() => {
    const timer = isWhole ? undefined : setTimeout(() => startTransition(() => setWhole(true)));
    return () => clearTimeout(timer);
  }, [isWhole]);
  return isWhole ? items : items.slice(0, SCREENFUL);
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
