/** Which language a notebook or console speaks. */

import type { ISessionContext } from '@jupyterlab/apputils';

/** What of it is asked. */
export type Spoken = Pick<ISessionContext, 'session' | 'kernelPreference' | 'specsManager'>;

/** The language of a kernel: as its kernelspec says, which is known before the kernel runs. */
export async function languageOf(context: Spoken): Promise<string> {
  // Of a page that was just opened they are on their way. Where they do not come, the notebook itself may say it.
  await context.specsManager.ready.catch(() => undefined);
  const { session, kernelPreference, specsManager } = context;
  const name = session?.kernel?.name ?? kernelPreference.name ?? '';
  // A notebook that says nothing of its language has an empty one here.
  return specsManager.specs?.kernelspecs[name]?.language || kernelPreference.language || 'python';
}
