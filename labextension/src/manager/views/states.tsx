/** What stands where there is nothing else: empty, loading, failed. */

import { checkIcon, copyIcon, type LabIcon } from '@jupyterlab/ui-components';
import { type ReactNode, useEffect, useState } from 'react';

import { announce } from '../announcing';
import { copyText } from './clipboard';
import { useParts } from './parts';

/** A button with an icon and no words on it. */
export function IconButton(props: {
  icon: LabIcon;
  label: string;
  onClick: () => void;
  isDisabled?: boolean;
  tabIndex?: number;
}) {
  const { icon, label, onClick, isDisabled = false, tabIndex } = props;
  return (
    <button
      type="button"
      className="jp-AlbertManager-iconButton"
      aria-label={label}
      title={label}
      disabled={isDisabled}
      tabIndex={tabIndex}
      onClick={onClick}
    >
      <icon.react tag={null} />
    </button>
  );
}

/** Copies a text, and says so. */
export function CopyButton({
  text,
  label,
  tabIndex
}: {
  text: string;
  label?: string;
  tabIndex?: number;
}) {
  const { trans, store } = useParts();
  const [isDone, setDone] = useState(false);
  useEffect(() => {
    const timer = isDone ? setTimeout(() => setDone(false), 1500) : undefined;
    return () => clearTimeout(timer);
  }, [isDone]);
  const copy = async () => {
    await copyText(text);
    setDone(true);
    announce(store, trans.__('Copied.'));
  };
  return (
    <IconButton
      icon={isDone ? checkIcon : copyIcon}
      label={isDone ? trans.__('Copied.') : (label ?? trans.__('Copy'))}
      tabIndex={tabIndex}
      onClick={() => void copy()}
    />
  );
}

/** One sentence, and one button that does the obvious. */
export function Empty({ text, action }: { text: string; action?: [string, () => void] }) {
  return (
    <div className="jp-AlbertManager-empty">
      <p>{text}</p>
      {action && (
        <button type="button" className="jp-AlbertManager-button" onClick={action[1]}>
          {action[0]}
        </button>
      )}
    </div>
  );
}

/** The frame of rows that are not known yet. */
export function Skeleton({ rows }: { rows: number }) {
  const { trans } = useParts();
  return (
    <div className="jp-AlbertManager-skeleton" role="status" aria-label={trans.__('Loading…')}>
      {Array.from({ length: rows }, (_, at) => (
        <span key={at} />
      ))}
    </div>
  );
}

/** What went wrong, and what to do; what was there before stays below it. */
export function Failure(props: {
  message: string;
  hint: string;
  onDismiss?: ReactNode;
  retry?: () => void;
}) {
  const { message, hint, onDismiss, retry } = props;
  const { trans } = useParts();
  return (
    <div className="jp-AlbertManager-failure" role="alert">
      <p>
        <strong>{message}</strong>
        {hint && <span>{hint}</span>}
      </p>
      <CopyButton
        text={[message, hint].filter(Boolean).join('\n')}
        label={trans.__('Copy the message')}
      />
      {onDismiss}
      {retry && (
        <button type="button" className="jp-AlbertManager-button" onClick={retry}>
          {trans.__('Try again')}
        </button>
      )}
    </div>
  );
}
