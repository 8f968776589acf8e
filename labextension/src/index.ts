/** What albert-widgets adds to JupyterLab and Notebook: small plugins, each useful alone. */

import { fallback } from './lab/fallback';
import { status } from './lab/status';

export default [status, fallback];
