/** What albert-widgets adds to JupyterLab and Notebook: small plugins, each useful alone. */

import { fallback } from './lab/fallback';
import { status } from './lab/status';
import { manager } from './manager/plugins/manager';
import { notifications } from './manager/plugins/notifications';
import { store } from './manager/plugins/store';

export default [store, manager, notifications, status, fallback];
