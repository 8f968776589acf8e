/** A model as a row: in memory, of one's own, on this machine. */

import type { Deleted, ModelInfo, Run } from '../types';
import { CommandIDs } from '../tokens';
import { deletedActions, isNotebook, modelActions } from './actions';
import { Name, NotebookLink } from './name';
import { language, useParts } from './parts';
import type { RowShape } from './row';
import { bytes, day, metricName, metricOf, moment, shape, taskName, type Words } from './words';

/** Facts in small print; those that are empty are left out. */
export function Facts({ facts }: { facts: readonly string[] }) {
  return (
    <span className="jp-AlbertManager-facts" dir="auto">
      {facts.filter(Boolean).join(' · ')}
    </span>
  );
}

/** What the list needs to know of a model. */
export function modelShape(
  model: ModelInfo,
  facts: readonly string[],
  busy: ReadonlyMap<string, string>,
  slipped: string
): RowShape {
  return {
    id: model.id,
    label: [model.id, ...facts].filter(Boolean).join(', '),
    actions: modelActions(model),
    busy: busy.get(model.id),
    className: [
      model.is_usable ? '' : 'jp-mod-unusable',
      slipped === model.id ? 'jp-mod-slipped' : ''
    ].join(' ')
  };
}

/** Dot, name and facts. */
export function ModelRow(props: {
  model: ModelInfo;
  facts: readonly string[];
  aside: string;
  isDefault: boolean;
  busy?: string;
  name?: string;
}) {
  const { model, facts, aside, isDefault, busy, name = model.id } = props;
  const { trans } = useParts();
  const warning = model.warnings.join('\n');
  return (
    <>
      <div className="jp-AlbertManager-line">
        <span className="jp-AlbertManager-dot" data-is-loaded={model.device !== '' || undefined} />
        <Name name={name} />
        {isDefault && <span className="jp-AlbertManager-badge">{trans.__('default')}</span>}
        <span className="jp-AlbertManager-aside">{aside}</span>
      </div>
      <div className="jp-AlbertManager-line jp-mod-second">
        {busy ? (
          <span className="jp-AlbertManager-facts">{busy}</span>
        ) : warning ? (
          <span className="jp-AlbertManager-warning" title={warning} dir="auto">
            {warning}
          </span>
        ) : (
          <Facts facts={facts} />
        )}
      </div>
    </>
  );
}

/** Of a model on disk. */
export function diskFacts(model: ModelInfo, words: Words): string[] {
  return [
    taskName(model.task, words),
    shape(model),
    model.languages.slice(0, 3).join(' '),
    model.revisions.length > 1
      ? words._n('%1 revision', '%1 revisions', model.revisions.length)
      : '',
    model.last_used
      ? words.__('used %1', day(model.last_used, Date.now() / 1000, words, language()))
      : ''
  ];
}

/** Of a fine-tuned model. */
export function runFacts(model: ModelInfo, run: Run | undefined, words: Words): string[] {
  const made = run ? day(run.created, Date.now() / 1000, words, language()) : '';
  const base = run?.base ?? model.base;
  const metric = run && run.metrics[run.primary] !== undefined ? metricName(run.primary) : '';
  return [metric, made, base && words.__('from %1', base), taskName(model.task, words)];
}

/** Of a model in memory. */
export function memoryFacts(model: ModelInfo): string[] {
  return [shape(model), model.device];
}

/** The number at the end of a fine-tuned model's first line. */
export function runAside(run: Run | undefined, model: ModelInfo): string {
  return (run && metricOf(run)) || bytes(model.bytes_on_disk);
}

/** The notebooks that use a model; a click opens one that is on this Jupyter server. */
export function UsedBy({ model, notebooks }: { model: ModelInfo; notebooks: readonly string[] }) {
  const { trans } = useParts();
  const users = [...model.used_by].sort(
    (a, b) => Number(notebooks.includes(b)) - Number(notebooks.includes(a))
  );
  if (users.length === 0) {
    return null;
  }
  return (
    <span className="jp-AlbertManager-users">
      {users.slice(0, 2).map(path =>
        isNotebook(path) ? (
          <NotebookLink key={path} path={path} />
        ) : (
          <span key={path} title={path}>
            {path}
          </span>
        )
      )}
      {users.length > 2 && (
        <span title={users.slice(2).join('\n')}>
          {trans._n('and %1 more', 'and %1 more', users.length - 2)}
        </span>
      )}
    </span>
  );
}

/** What the list needs to know of something deleted. */
export function deletedShape(
  deleted: Deleted,
  busy: ReadonlyMap<string, string>,
  words: Words
): RowShape {
  return {
    // The row of the model stays, with the focus on it.
    id: deleted.revision ? deleted.id : deleted.model,
    label: words.__('%1, deleted', deleted.model),
    actions: deletedActions(deleted),
    busy: busy.get(deleted.model) ?? busy.get(deleted.id),
    className: 'jp-mod-deleted',
    isSteered: true
  };
}

/** "deleted · frees 91 MB · Undo". */
export function DeletedRow({ deleted }: { deleted: Deleted }) {
  const { trans, commands } = useParts();
  const { model, revision, id, time } = deleted;
  return (
    <>
      <div className="jp-AlbertManager-line">
        <span className="jp-AlbertManager-dot" />
        <Name name={revision ? `${model} @ ${revision.slice(0, 8)}` : model} />
      </div>
      <div className="jp-AlbertManager-line jp-mod-second" title={moment(time, language())}>
        <Facts
          facts={[
            trans.__('deleted'),
            deleted.bytes ? trans.__('frees %1', bytes(deleted.bytes)) : ''
          ]}
        />
        {id && (
          <button
            type="button"
            tabIndex={-1}
            className="jp-AlbertManager-link"
            onClick={() => void commands.execute(CommandIDs.restore, { id, model })}
          >
            {trans.__('Undo')}
          </button>
        )}
      </div>
    </>
  );
}
