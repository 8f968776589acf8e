/** A copy of the tour, which comes with the extension, for the user to open and change. */

import { PathExt } from '@jupyterlab/coreutils';
import type { Contents } from '@jupyterlab/services';

/** Name of the copy. */
export const TOUR = 'albert-widgets-tour.ipynb';

/** Write the tour into a folder, where there is none yet, and return its path. */
export async function writeTour(contents: Contents.IManager, folder: string): Promise<string> {
  const path = PathExt.join(folder, TOUR);
  if (!(await isThere(contents, path))) {
    const { default: tour } = await import('../../../notebooks/tour.ipynb', {
      with: { type: 'json' }
    });
    await contents.save(path, { type: 'notebook', format: 'json', content: tour });
  }
  return path;
}

async function isThere(contents: Contents.IManager, path: string): Promise<boolean> {
  // Asked for by its name, a file that is not there would be an error in the browser's console.
  const { content } = await contents.get(PathExt.dirname(path), {
    type: 'directory',
    content: true
  });
  return (content as Contents.IModel[]).some(({ name }) => name === TOUR);
}
