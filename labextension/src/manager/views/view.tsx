/** A piece of React in a widget, with the parts at hand. */

import { ReactWidget } from '@jupyterlab/ui-components';
import type { ReactNode } from 'react';

import { type Parts, PartsContext } from './parts';

/** The widget. */
export class View extends ReactWidget {
  constructor(
    protected readonly parts: Parts,
    private readonly content: ReactNode
  ) {
    super();
  }

  protected override render(): JSX.Element {
    return <PartsContext.Provider value={this.parts}>{this.content}</PartsContext.Provider>;
  }
}
