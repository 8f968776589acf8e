/** A name that may be too long for its place. */

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
