/** A name that may be too long for its place. */

import { notebookIcon } from '@jupyterlab/ui-components';

import { CommandIDs } from '../tokens';
import { useParts } from './parts';
import { nameParts } from './words';

/** The name, shortened in the middle where it must be; its whole is its title. */
export function Name({ name }: { name: string }) {
  const [first, last] = nameParts(name);
  return (
    <span className="jp-AlbertManager-name" title={name} dir="auto">
      <span>{first}</span>
      {last && <span>{last}</span>}
    </span>
  );
}

/** A notebook of the Jupyter server; a click opens it. */
export function NotebookLink({ path }: { path: string }) {
  const { trans, commands } = useParts();
  return (
    <button
      type="button"
      tabIndex={-1}
      className="jp-AlbertManager-link jp-AlbertManager-notebook"
      title={trans.__('Open %1', path)}
      aria-label={trans.__('Open %1', path)}
      onClick={() => void commands.execute(CommandIDs.openNotebook, { path })}
    >
      <notebookIcon.react tag={null} />
      <span dir="auto">{path.split('/').at(-1)}</span>
    </button>
  );
}
