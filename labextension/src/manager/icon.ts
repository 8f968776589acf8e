/** The icon of the sidebar, the launcher card and the settings. */

import { LabIcon } from '@jupyterlab/ui-components';

import source from '../../style/models.svg';

/** Tokens, and lines between them. */
export const modelsIcon = new LabIcon({ name: 'albert-widgets:models', svgstr: source });
