/** One row of a list: what it shows, and buttons for what can be done with it. */

import { ellipsesIcon, type LabIcon } from '@jupyterlab/ui-components';
import { memo, type ReactNode, useRef } from 'react';

import type { Action, RowActions } from './actions';
import { openMenu } from './menu';
import { useParts } from './parts';
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

/** The row; it is drawn again when what it shows has changed, and only then. */
export const Row = memo(
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
