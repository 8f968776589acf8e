/** Icons that JupyterLab has not. */

import { LabIcon } from '@jupyterlab/ui-components';

function icon(name: string, path: string): LabIcon {
  return new LabIcon({
    name: `albert-widgets:${name}`,
    svgstr:
      '<svg xmlns="http://www.w3.org/2000/svg" width="16" viewBox="0 0 24 24">' +
      `<path class="jp-icon3 jp-icon-selectable" fill="#616161" d="${path}"/></svg>`
  });
}

/** Out of memory: a triangle over a bar. */
export const ejectIcon = icon('eject', 'M12 5 4.5 14h15zM4.5 16.5h15v2.5h-15z');
/** Into memory: a chip with its legs. */
export const memoryIcon = icon(
  'memory',
  'M7 7v10h10V7zm8 8H9V9h6zM9 3h1.8v3H9zm4.2 0H15v3h-1.8zM9 18h1.8v3H9zm4.2 0H15v3h-1.8zM3 9h3v1.8H3zm0 4.2h3V15H3zM18 9h3v1.8h-3zm0 4.2h3V15h-3z'
);
/** What is begun with. */
export const starIcon = icon(
  'star',
  'm12 3 2.7 5.9 6.3.7-4.7 4.3 1.3 6.3L12 17l-5.6 3.2 1.3-6.3L3 9.6l6.3-.7z'
);
/** Out to other programs: an arrow that leaves a box. */
export const exportIcon = icon(
  'export',
  'M5 10h4v2H7v7h10v-7h-2v-2h4v11H5zM12 3l4.5 4.5-1.4 1.4L13 6.8V15h-2V6.8L8.9 8.9 7.5 7.5z'
);
