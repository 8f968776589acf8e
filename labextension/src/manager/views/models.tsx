/** The sections of models: in memory, of one's own, on this machine. */

import { useMemo } from 'react';

import { CommandIDs } from '../tokens';
import type { Deleted, ModelInfo } from '../types';
import { chosen, matches, withDeleted } from './filtering';
import {
  DeletedRow,
  deletedShape,
  diskFacts,
  Facts,
  memoryFacts,
  ModelRow,
  modelShape,
  runAside,
  runFacts,
  UsedBy
} from './modelrow';
import { Name } from './name';
import { useChoice, useKept, useOrder, useParts, useStore } from './parts';
import { RowList } from './rowlist';
import { Empty, Skeleton } from './states';
import { bytes } from './words';

const idOf = ({ id }: { id: string }) => id;
const NONE: readonly never[] = [];

/** What the rows of all sections need. */
function useRows() {
  const filter = useChoice(now => now.filter);
  const order = useOrder();
  const busy = useStore(state => state.busy);
  const slipped = useStore(state => state.slip?.model ?? '');
  const first = useStore(state => state.status?.default_model ?? '');
  return { filter, order, busy, slipped, first };
}

/** Nothing is left by the filter. */
export function NoMatch({ filter }: { filter: string }) {
  const { trans, choices } = useParts();
  return (
    <Empty
      text={trans.__('Nothing here matches “%1”.', filter)}
      action={[trans.__('Clear the filter'), () => choices.set({ filter: '' })]}
    />
  );
}

/** Models that are loaded, and who uses them. */
export function InMemory() {
  const { trans, commands } = useParts();
  const { filter, order, busy, slipped, first } = useRows();
  const isKnown = useStore(state => state.status !== null);
  const loaded = useKept(
    useStore(state => state.status?.loaded ?? NONE),
    idOf
  );
  const notebooks = useStore(state => state.notebooks);
  const models = chosen(loaded, filter, order);
  if (!isKnown) {
    return <Skeleton rows={1} />;
  }
  if (loaded.length === 0) {
    const begin = first || 'starter';
    return (
      <Empty
        text={trans.__('No model is in memory: the first question to one loads it.')}
        action={[
          trans.__('Load %1', begin),
          () => void commands.execute(CommandIDs.load, { model: begin })
        ]}
      />
    );
  }
  if (models.length === 0) {
    return <NoMatch filter={filter} />;
  }
  return (
    <RowList
      label={trans.__('Models in memory')}
      items={models}
      version={`${first}\n${notebooks.join('\n')}`}
      shape={model =>
        modelShape(
          model,
          [...memoryFacts(model), bytes(model.bytes_loaded), ...model.used_by],
          busy,
          slipped
        )
      }
      content={model => (
        <>
          <div className="jp-AlbertManager-line">
            <span className="jp-AlbertManager-dot" data-is-loaded />
            <Name name={model.id} />
            {model.id === first && (
              <span className="jp-AlbertManager-badge">{trans.__('default')}</span>
            )}
            <span className="jp-AlbertManager-aside">{bytes(model.bytes_loaded)}</span>
          </div>
          <div className="jp-AlbertManager-line jp-mod-second">
            <Facts facts={busy.has(model.id) ? [busy.get(model.id)!] : memoryFacts(model)} />
            <UsedBy model={model} notebooks={notebooks} />
          </div>
        </>
      )}
    />
  );
}

/** Fine-tuned models with what they are good for. */
export function YourModels() {
  const { trans, choices, commands } = useParts();
  const { filter, order, busy, slipped, first } = useRows();
  const all = useKept(useStore(state => state.models) ?? NONE, idOf);
  const isKnown = useStore(state => state.models !== null);
  const reports = useKept(useStore(state => state.runs) ?? NONE, ({ model }) => model);
  const trash = useStore(state => state.trash);
  const marked = useChoice(now => now.marked);
  const version = useMemo(() => ({ first, reports }), [first, reports]);
  if (!isKnown) {
    return <Skeleton rows={2} />;
  }
  const own = all.filter(({ source }) => source === 'run');
  const deleted = trash.filter(({ model }) => model.startsWith('run:') && matches(filter, model));
  if (own.length === 0 && deleted.length === 0) {
    return (
      <Empty
        text={trans.__('No model is fine-tuned yet: bert.fit(…) in a notebook makes one.')}
        action={[trans.__('Open the tour'), () => void commands.execute(CommandIDs.tour)]}
      />
    );
  }
  const runs = new Map(reports.map(run => [run.model, run]));
  const rows = withDeleted(chosen(own, filter, order), deleted, order);
  if (rows.length === 0) {
    return <NoMatch filter={filter} />;
  }
  const mark = (id: string) => {
    // Rows are not drawn anew for each other's marks: what is marked now is asked for when it counts.
    const next = new Set(choices.now.marked);
    if (!next.delete(id)) {
      next.add(id);
    }
    choices.set({ marked: next });
  };
  const compared = own.map(idOf).filter(id => marked.has(id));
  const factsOf = (model: ModelInfo) => runFacts(model, runs.get(model.id), trans);
  return (
    <>
      {compared.length > 0 && (
        <div className="jp-AlbertManager-bulk">
          <button
            type="button"
            className="jp-AlbertManager-button"
            disabled={compared.length < 2}
            onClick={() => void commands.execute(CommandIDs.compare, { models: compared })}
          >
            {trans._n('Compare %1 run', 'Compare %1 runs', compared.length)}
          </button>
          <button
            type="button"
            className="jp-AlbertManager-button"
            onClick={() => choices.set({ marked: new Set() })}
          >
            {trans.__('Clear')}
          </button>
        </div>
      )}
      <RowList<ModelInfo | Deleted>
        label={trans.__('Fine-tuned models')}
        items={rows}
        version={version}
        onMark={mark}
        shape={row =>
          'source' in row
            ? {
                ...modelShape(
                  row,
                  [runAside(runs.get(row.id), row), ...factsOf(row)],
                  busy,
                  slipped
                ),
                isMarked: marked.has(row.id)
              }
            : deletedShape(row, busy, trans)
        }
        content={row =>
          'source' in row ? (
            <div className="jp-AlbertManager-markable">
              <input
                type="checkbox"
                tabIndex={-1}
                checked={marked.has(row.id)}
                aria-label={trans.__('Compare %1', row.id)}
                onChange={() => mark(row.id)}
              />
              <div>
                <ModelRow
                  model={row}
                  name={row.id.replace(/^run:/, '')}
                  facts={factsOf(row)}
                  aside={runAside(runs.get(row.id), row)}
                  isDefault={row.id === first}
                  busy={busy.get(row.id)}
                />
              </div>
            </div>
          ) : (
            <DeletedRow deleted={row} />
          )
        }
      />
    </>
  );
}

/** The starter, the hub's cache and registered folders. */
export function OnThisMachine() {
  const { trans, commands } = useParts();
  const { filter, order, busy, slipped, first } = useRows();
  const all = useKept(useStore(state => state.models) ?? NONE, idOf);
  const isKnown = useStore(state => state.models !== null);
  const trash = useStore(state => state.trash);
  if (!isKnown) {
    return <Skeleton rows={3} />;
  }
  const here = all.filter(({ source }) => source !== 'run');
  const deleted = trash.filter(({ model }) => !model.startsWith('run:') && matches(filter, model));
  if (here.length === 0 && deleted.length === 0) {
    return (
      <Empty
        text={trans.__('No model is on this machine yet: download one, it needs about 100 MB.')}
        action={[trans.__('Download a model…'), () => void commands.execute(CommandIDs.download)]}
      />
    );
  }
  const rows = withDeleted(chosen(here, filter, order), deleted, order);
  if (rows.length === 0) {
    return <NoMatch filter={filter} />;
  }
  return (
    <RowList<ModelInfo | Deleted>
      label={trans.__('Models on this machine')}
      items={rows}
      version={first}
      shape={row =>
        'source' in row
          ? modelShape(
              row,
              [bytes(row.bytes_on_disk), ...diskFacts(row, trans), ...row.warnings],
              busy,
              slipped
            )
          : deletedShape(row, busy, trans)
      }
      content={row =>
        'source' in row ? (
          <ModelRow
            model={row}
            facts={diskFacts(row, trans)}
            aside={bytes(row.bytes_on_disk)}
            isDefault={row.id === first}
            busy={busy.get(row.id)}
          />
        ) : (
          <DeletedRow deleted={row} />
        )
      }
    />
  );
}

/** What the titles of the sections say beside their names. */
export function useTotals(): { inMemory: string; yourModels: string; onThisMachine: string } {
  const loaded = useStore(state => state.status?.loaded.length ?? 0);
  const models = useStore(state => state.models) ?? NONE;
  const here = models.filter(({ source }) => source !== 'run');
  const size = here.reduce((sum, { bytes_on_disk }) => sum + bytes_on_disk, 0);
  const count = (of: readonly unknown[]) => (of.length ? String(of.length) : '');
  return {
    inMemory: loaded ? String(loaded) : '',
    yourModels: count(models.filter(({ source }) => source === 'run')),
    onThisMachine: size ? `${here.length} · ${bytes(size)}` : count(here)
  };
}
