/** A copy of the tour, which comes with the extension, for the user to open and change. */

import { PathExt } from '@jupyterlab/coreutils';
import { type Contents, ServerConnection } from '@jupyterlab/services';

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
  try {
    await contents.get(path, { content: false });
    return true;
  } catch (reason) {
    if (reason instanceof ServerConnection.ResponseError && reason.response.status === 404) {
      return false;
    }
    throw reason;
  }
}
