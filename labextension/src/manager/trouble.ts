/** What is missing between the page and the backend, told apart, with the command to type. */

import type { BackendError } from './request';
import type { Health, Trouble } from './types';

/** What a look at the door has found: its answer, or why there is none. */
export type Finding = { health: Health } | { error: BackendError };

/** The part of a translation bundle that is needed here. */
export interface Words {
  __(text: string, ...values: unknown[]): string;
}

/** What is missing by what the door says; null when nothing is. `version` is the page's own. */
export function troubleOf(finding: Finding, version: string, words: Words): Trouble | null {
  if ('error' in finding) {
    return troubleOfError(finding.error, words);
  }
  const { health } = finding;
  if (health.version !== version) {
    return {
      kind: 'server-version',
      title: words.__('Versions differ'),
      text: words.__(
        'This page is of version %1, the Jupyter server of %2: restart JupyterLab and reload the page.',
        version,
        health.version
      ),
      command: `pip install "albert-widgets==${health.version}"`,
      log: []
    };
  }
  if (health.backend && health.backend.version !== version) {
    return {
      kind: 'backend-version',
      title: words.__('Versions differ'),
      text: words.__(
        'The backend is of version %1, albert-widgets of %2. Restart the backend; type in a terminal:',
        health.backend.version,
        version
      ),
      command: 'albert-widgets serve --replace --background',
      log: []
    };
  }
  switch (health.state) {
    case 'missing':
      return {
        kind: 'no-backend-extra',
        title: words.__('The backend is not installed'),
        text: `${health.hint} ${words.__('Type in a terminal:')}`.trim(),
        command: health.command,
        log: []
      };
    case 'crashed':
      return {
        kind: 'crashed',
        title: words.__('The backend crashed'),
        text: words.__('This is the last that it wrote. Start another one, or look what is wrong:'),
        command: health.command || 'albert-widgets doctor',
        log: health.log
      };
    case 'unreachable':
      return {
        kind: 'failed',
        title: words.__('The backend does not answer'),
        text: health.hint,
        command: health.command || 'albert-widgets doctor',
        log: health.log
      };
    default:
      return null;
  }
}

/** What is missing by the error of a route; null when it says nothing of that, and trying again may help. */
export function troubleOfError(error: BackendError, words: Words): Trouble | null {
  switch (error.code) {
    case 'no_server':
      return {
        kind: 'no-server',
        title: words.__('No Jupyter server'),
        text: words.__(
          'The Jupyter server does not answer. Is it still running? (%1)',
          error.hint || error.message
        ),
        command: '',
        log: []
      };
    case 'login_lost':
    case 'forbidden':
      return {
        kind: 'no-server',
        title: words.__('Not logged in'),
        text: `${error.message} ${error.hint}`.trim(),
        command: '',
        log: []
      };
    case 'no_extension':
      return {
        kind: 'no-extension',
        title: words.__('The server extension is missing'),
        text: words.__(
          'albert-widgets is not installed or not enabled where JupyterLab runs. Type there, and restart it:'
        ),
        command: 'pip install albert-widgets && jupyter server extension enable albert_widgets',
        log: []
      };
    case 'missing_extra':
      return {
        kind: 'no-backend-extra',
        title: words.__('The backend is not installed'),
        text: error.message,
        command: error.hint,
        log: []
      };
    case 'version_mismatch':
      return {
        kind: 'backend-version',
        title: words.__('Versions differ'),
        text: error.message,
        command: 'albert-widgets serve --replace --background',
        log: []
      };
    case 'backend_unavailable':
      return {
        kind: 'failed',
        title: words.__('The backend does not start'),
        text: `${error.message} ${error.hint}`.trim(),
        command: 'albert-widgets doctor',
        log: linesOf(error.details.log)
      };
    case 'broken':
    case 'silent':
    case 'overloaded':
      return null;
    default:
      return {
        kind: 'failed',
        title: words.__('Something is wrong'),
        text: words.__('%1 Look what it is; type in a terminal:', error.message),
        command: 'albert-widgets doctor',
        log: linesOf(error.details.log)
      };
  }
}

/** An exception of a cell that "Use in this notebook" has written. */
export interface CellError {
  name: string;
  value: string;
}

/** What is missing in a kernel by the exception of a cell; null when it is something else. */
export function kernelTrouble(error: CellError, version: string, words: Words): Trouble | null {
  const trouble = (text: string, command: string): Trouble => ({
    kind: 'kernel',
    title: words.__('The notebook’s kernel'),
    text,
    command,
    log: []
  });
  const isMissing =
    /^(ModuleNotFoundError|ImportError)$/.test(error.name) && /albert_widgets/.test(error.value);
  if (isMissing) {
    return trouble(
      words.__('albert-widgets is not installed for this kernel. Run in the notebook:'),
      // The kernel is a client: models and torch are where the Jupyter server runs.
      `%pip install "albert-widgets==${version}"`
    );
  }
  if (error.name === 'UsageError' && /magic function.*albert.*not found/i.test(error.value)) {
    return trouble(
      words.__('The magics are not loaded in this kernel. Run in the notebook:'),
      '%load_ext albert_widgets'
    );
  }
  const is = /This is albert-widgets (\S+), but the backend at \S+ is (\S+?)\.(?:\s|$)/.exec(
    error.value
  );
  if (is) {
    return trouble(
      words.__(
        'This kernel has version %1 of albert-widgets, the backend %2. Run in the notebook, then restart the kernel:',
        is[1],
        is[2]
      ),
      `%pip install "albert-widgets==${is[2]}"`
    );
  }
  return null;
}

function linesOf(log: unknown): string[] {
  const lines = typeof log === 'string' ? log.split('\n') : Array.isArray(log) ? log : [];
  return lines.map(String).filter(line => line.trim() !== '');
}
