/** What is missing, and what to type. */

import type { Trouble } from '../types';
import { useParts } from './parts';
import { CopyButton } from './states';

/** Title, text, the command with its copy button, the backend's last lines, and a button to look again. */
export function TroublePanel({ trouble }: { trouble: Trouble }) {
  const { trans, store } = useParts();
  const { title, text, command, log, kind } = trouble;
  return (
    <section className="jp-AlbertManager-trouble" role="alert" data-kind={kind}>
      <h3>{title}</h3>
      <p dir="auto">{text}</p>
      {command && (
        <div className="jp-AlbertManager-command">
          <code>{command}</code>
          <CopyButton text={command} label={trans.__('Copy the command')} />
        </div>
      )}
      {log.length > 0 && (
        <details open>
          <summary>{trans.__('Last lines of its log')}</summary>
          <pre tabIndex={0}>{log.join('\n')}</pre>
        </details>
      )}
      <button
        type="button"
        className="jp-AlbertManager-button"
        onClick={() => void store.refresh()}
      >
        {trans.__('Look again')}
      </button>
    </section>
  );
}
