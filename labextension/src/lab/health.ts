/** What the door's answer to `health` means to a person. */

/** The answer of `GET <base_url>albert-widgets/health`. */
export interface Health {
  state: 'running' | 'stopped';
  version: string;
  backend: { version: string } | null;
}

/** What there is to know: an answer, or why there is none. */
export type Finding = { health: Health } | { status: number } | { failure: string };

/** What the status bar shows. */
export interface Shown {
  state: 'ready' | 'stopped' | 'mismatch' | 'missing';
  text: string;
  title: string;
}

/** The part of a translation bundle that is needed here. */
export interface Words {
  __(text: string, ...values: unknown[]): string;
}

/** Return what to show, for this extension's own version. */
export function shownOf(finding: Finding, version: string, words: Words): Shown {
  if ('failure' in finding) {
    return {
      state: 'missing',
      text: words.__('albert-widgets: no Jupyter server'),
      title: words.__('The Jupyter server does not answer: %1', finding.failure)
    };
  }
  if ('status' in finding) {
    return finding.status === 404
      ? {
          state: 'missing',
          text: words.__('albert-widgets: server extension missing'),
          title: words.__(
            'Install albert-widgets where JupyterLab runs and restart it. Type there: %1',
            'pip install albert-widgets && jupyter server extension enable albert_widgets'
          )
        }
      : {
          state: 'missing',
          text: words.__('albert-widgets: the server says %1', finding.status),
          title: words.__('Look what is wrong. Type in a terminal: %1', 'albert-widgets doctor')
        };
  }
  const { health } = finding;
  if (health.version !== version) {
    return {
      state: 'mismatch',
      text: words.__('albert-widgets: versions differ'),
      title: words.__(
        'This page is of version %1, the Jupyter server of %2: restart JupyterLab and reload the page.',
        version,
        health.version
      )
    };
  }
  if (health.state === 'stopped' || !health.backend) {
    return {
      state: 'stopped',
      text: words.__('albert-widgets: backend not running yet'),
      title: words.__('It starts by itself with the first call: %1', '%load_ext albert_widgets')
    };
  }
  if (health.backend.version !== version) {
    return {
      state: 'mismatch',
      text: words.__('albert-widgets: versions differ'),
      title: words.__(
        'The backend is of version %1, albert-widgets of %2. Type in a terminal: %3',
        health.backend.version,
        version,
        'albert-widgets serve --replace --background'
      )
    };
  }
  return {
    state: 'ready',
    text: words.__('albert-widgets is ready: backend %1', health.backend.version),
    title: words.__('One BERT backend for all notebooks. In a notebook: %1', '%albert')
  };
}
