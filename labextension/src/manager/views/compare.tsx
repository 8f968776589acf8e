/** Fine-tuned models side by side, in a tab. */

import { useEffect, useMemo, useState } from 'react';

import { CommandIDs } from '../tokens';
import type { Run } from '../types';
import { columnsOf, isSameData, sorted } from './comparing';
import { slipOf } from './hubsearch';
import { language, type Parts, useParts, useStore } from './parts';
import { Empty, Failure, Skeleton } from './states';
import { View } from './view';

/** The tab; null compares all runs. */
export class CompareView extends View {
  constructor(parts: Parts, models: readonly string[] | null) {
    super(parts, <Compare models={models} />);
    this.addClass('jp-AlbertManager-tab');
  }
}

function Compare({ models }: { models: readonly string[] | null }) {
  const { trans, store, commands } = useParts();
  const [runs, setRuns] = useState<readonly Run[] | null>(null);
  const [failure, setFailure] = useState<{ message: string; hint: string } | null>(null);
  const [round, setRound] = useState(0);
  // A run that is new, renamed or gone changes what there is to compare.
  const catalog = useStore(state => state.status?.catalog);
  useEffect(() => {
    let isWanted = true;
    store.ask('POST /runs', { body: { models: models && [...models] } }).then(
      ({ reports }) => {
        if (isWanted) {
          setRuns(reports);
          setFailure(null);
        }
      },
      (reason: unknown) => isWanted && setFailure(slipOf(reason))
    );
    return () => {
      isWanted = false;
    };
  }, [store, models, catalog, round]);
  return (
    <div className="jp-AlbertManager-page">
      <h1>{trans.__('Compare runs')}</h1>
      {failure && <Failure {...failure} retry={() => setRound(round + 1)} />}
      {runs === null ? (
        !failure && <Skeleton rows={4} />
      ) : runs.length === 0 ? (
        <Empty
          text={trans.__('No model is fine-tuned yet: bert.fit(…) in a notebook makes one.')}
          action={[trans.__('Open the tour'), () => void commands.execute(CommandIDs.tour)]}
        />
      ) : (
        <RunTable runs={runs} />
      )}
    </div>
  );
}

function RunTable({ runs }: { runs: readonly Run[] }) {
  const { trans, commands } = useParts();
  const columns = useMemo(() => columnsOf(runs, trans, language()), [runs, trans]);
  const [sort, setSort] = useState<{ key: string; isRising: boolean } | null>(null);
  const column = columns.find(({ key }) => key === sort?.key);
  const order = column && sort ? sorted(column, sort.isRising) : runs.map((_, at) => at);
  const turn = (key: string, isNumber: boolean) =>
    setSort(sort?.key === key ? { key, isRising: !sort.isRising } : { key, isRising: !isNumber });
  return (
    <>
      {!isSameData(runs) && (
        <p className="jp-AlbertManager-note" role="note">
          {trans.__('The runs have not learned from the same rows: compare with care.')}
        </p>
      )}
      <div
        className="jp-AlbertManager-tableBox"
        tabIndex={0}
        role="region"
        aria-label={trans.__('Runs')}
      >
        <table className="jp-AlbertManager-runs">
          <thead>
            <tr>
              <th scope="col">{trans.__('Run')}</th>
              {columns.map(({ key, label, isNumber }) => (
                <th
                  key={key}
                  scope="col"
                  data-is-number={isNumber || undefined}
                  aria-sort={
                    sort?.key === key ? (sort.isRising ? 'ascending' : 'descending') : 'none'
                  }
                >
                  <button type="button" onClick={() => turn(key, isNumber)}>
                    {label}
                    <span aria-hidden="true">
                      {sort?.key === key ? (sort.isRising ? ' ▲' : ' ▼') : ''}
                    </span>
                  </button>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {order.map(at => (
              <tr key={runs[at].model}>
                <th scope="row" dir="auto">
                  <button
                    type="button"
                    className="jp-AlbertManager-link"
                    title={trans.__('Model card')}
                    onClick={() =>
                      void commands.execute(CommandIDs.card, { model: runs[at].model })
                    }
                  >
                    {runs[at].model.replace(/^run:/, '')}
                  </button>
                </th>
                {columns.map(({ key, isNumber, cells }) => (
                  <td
                    key={key}
                    data-is-number={isNumber || undefined}
                    data-is-best={cells[at].isBest || undefined}
                    dir="auto"
                  >
                    {cells[at].text || '–'}
                    {cells[at].isBest && (
                      <span className="jp-AlbertManager-best" title={trans.__('the best')}>
                        ★<span className="jp-AlbertManager-said">{trans.__('the best')}</span>
                      </span>
                    )}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}
