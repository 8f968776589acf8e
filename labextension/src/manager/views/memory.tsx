/** The memory bar: what models take, of what they may take, on a machine of what size. */

import { closeIcon } from '@jupyterlab/ui-components';

import type { Eviction } from '../types';
import { language, useChoice, useParts, useStore } from './parts';
import { IconButton } from './states';
import { memoryOf } from './usage';
import { bytes, bytesOf, clock } from './words';

/** The bar with its numbers; an eviction is explained below it. */
export function MemoryBar() {
  const { trans } = useParts();
  const status = useStore(state => state.status);
  const memory = memoryOf(status);
  if (!memory) {
    return <div className="jp-AlbertManager-memory" data-is-empty />;
  }
  const text = bytesOf(memory.weights, memory.budget, trans);
  const process = trans.__('backend %1 · machine %2', bytes(memory.process), bytes(memory.machine));
  const level = memory.share > 0.95 ? 'full' : memory.share > 0.8 ? 'high' : 'usual';
  return (
    <div className="jp-AlbertManager-memory">
      <div
        className="jp-AlbertManager-bar"
        role="meter"
        aria-label={trans.__('Memory that models take')}
        aria-valuemin={0}
        aria-valuemax={memory.budget}
        aria-valuenow={memory.weights}
        aria-valuetext={`${text}, ${process}`}
        data-level={level}
      >
        <span style={{ inlineSize: `${100 * memory.share}%` }} />
      </div>
      <div className="jp-AlbertManager-memoryText">
        <span
          title={trans.__('Models in memory, of what they may take together; see the settings')}
        >
          {text}
        </span>
        <span
          title={trans.__(
            'What the backend’s process takes with its libraries, and what the machine has'
          )}
        >
          {process}
        </span>
      </div>
      <Evictions evictions={status!.evictions} />
    </div>
  );
}

function Evictions({ evictions }: { evictions: readonly Eviction[] }) {
  const { trans, choices } = useParts();
  const read = useChoice(now => now.evictionsRead);
  const news = evictions.filter(({ time }) => time > read);
  if (news.length === 0) {
    return null;
  }
  const [{ model, reason, time }] = news;
  const when = clock(time, language());
  const text = reason
    ? trans.__('%1 left memory at %2 to make room for %3.', model, when, reason)
    : trans.__('%1 left memory at %2, for the budget was lowered.', model, when);
  const more =
    news.length > 1 ? trans._n('%1 more before it.', '%1 more before it.', news.length - 1) : '';
  return (
    <p className="jp-AlbertManager-eviction" role="status">
      <span dir="auto">{`${text} ${more}`.trim()}</span>
      <IconButton
        icon={closeIcon}
        label={trans.__('Dismiss')}
        onClick={() => choices.set({ evictionsRead: evictions[0].time })}
      />
    </p>
  );
}
