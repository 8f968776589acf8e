/** What a model's authors say about it, and what is known of it here: in a tab. */

import { MimeModel } from '@jupyterlab/rendermime';
import { Widget } from '@lumino/widgets';
import { useEffect, useRef, useState } from 'react';

import { CommandIDs } from '../tokens';
import type { ModelCard, ModelInfo } from '../types';
import { safeLinks, withoutPictures } from './cardtext';
import { slipOf } from './hubsearch';
import { language, type Parts, useParts, useStore } from './parts';
import { Empty, Failure, Skeleton } from './states';
import { View } from './view';
import { amount, bytes, languageName, moment, shape, taskName } from './words';

/** The tab. `page` is where the hub shows the model, when it is not on this machine. */
export class CardView extends View {
  constructor(parts: Parts, model: string, page: string) {
    super(parts, <Card model={model} page={page} />);
    this.addClass('jp-AlbertManager-tab');
  }
}

function Card({ model, page }: { model: string; page: string }) {
  const { trans, store, commands } = useParts();
  const info = useStore(state => state.models)?.find(({ id }) => id === model) ?? null;
  const [card, setCard] = useState<ModelCard | null>(null);
  const [failure, setFailure] = useState<{ message: string; hint: string } | null>(null);
  const [round, setRound] = useState(0);
  const isHere = info !== null;
  const isElsewhere = page !== '' && !isHere;
  const known = useRef(false);
  useEffect(() => {
    // What was read before the model was deleted stays to be read.
    if (isElsewhere || (known.current && !isHere)) {
      return;
    }
    let isWanted = true;
    store.ask('GET /cards/{id}', { path: { id: model } }).then(
      answer => {
        if (isWanted) {
          known.current = true;
          setCard(answer);
          setFailure(null);
        }
      },
      (reason: unknown) => isWanted && setFailure(slipOf(reason))
    );
    return () => {
      isWanted = false;
    };
  }, [store, model, isHere, isElsewhere, info?.revision, round]);
  const link = card?.page || page;
  return (
    <div className="jp-AlbertManager-page">
      <h1 dir="auto">{model}</h1>
      {link && (
        <p>
          <a href={link} target="_blank" rel="noopener noreferrer">
            {trans.__('Its page on the hub')} ↗
          </a>
        </p>
      )}
      {info && <FactTable info={info} />}
      {failure && <Failure {...failure} retry={() => setRound(round + 1)} />}
      {isElsewhere ? (
        <Empty
          text={trans.__(
            'This model is not on this machine: its card is on the hub, or here after the download.'
          )}
          action={[
            trans.__('Download…'),
            () => void commands.execute(CommandIDs.download, { model })
          ]}
        />
      ) : card ? (
        card.text ? (
          <Markdown text={card.text} page={link} />
        ) : (
          <p className="jp-AlbertManager-note">
            {trans.__('Its authors have not written a card.')}
          </p>
        )
      ) : (
        !failure && <Skeleton rows={6} />
      )}
    </div>
  );
}

function FactTable({ info }: { info: ModelInfo }) {
  const { trans } = useParts();
  const facts: [string, string][] = [
    [trans.__('Task'), taskName(info.task, trans)],
    [trans.__('Labels'), info.labels.slice(0, 12).join(', ')],
    [
      trans.__('Languages'),
      info.languages.map(code => languageName(code, trans, language())).join(', ')
    ],
    [trans.__('Licence'), info.licence || trans.__('not said')],
    [trans.__('Base'), info.base],
    [trans.__('Architecture'), info.architecture],
    [trans.__('Layers × heads'), shape(info)],
    [
      trans.__('Weights'),
      [info.parameters ? amount(info.parameters) : '', info.dtype].filter(Boolean).join(' · ')
    ],
    [trans.__('Longest text'), info.max_length ? trans.__('%1 tokens', info.max_length) : ''],
    [trans.__('Size on disk'), bytes(info.bytes_on_disk)],
    [
      trans.__('In memory'),
      info.device ? `${bytes(info.bytes_loaded)} · ${info.device}` : trans.__('no')
    ],
    [trans.__('Revision'), info.revision.slice(0, 12)],
    [trans.__('Formats'), info.formats.join(', ')],
    [trans.__('Last used'), moment(info.last_used, language())]
  ];
  return (
    <>
      {info.warnings.length > 0 && (
        <ul className="jp-AlbertManager-warnings">
          {info.warnings.map(warning => (
            <li key={warning} dir="auto">
              {warning}
            </li>
          ))}
        </ul>
      )}
      <table className="jp-AlbertManager-factTable">
        <tbody>
          {facts
            .filter(([, value]) => value)
            .map(([name, value]) => (
              <tr key={name}>
                <th scope="row">{name}</th>
                <td dir="auto">{value}</td>
              </tr>
            ))}
        </tbody>
      </table>
    </>
  );
}

/** Markdown that nobody has checked: rendered by JupyterLab, sanitised, without pictures from elsewhere. */
function Markdown({ text, page }: { text: string; page: string }) {
  const { rendermime, trans } = useParts();
  const box = useRef<HTMLDivElement>(null);
  const [isPlain, setPlain] = useState(rendermime === null);
  useEffect(() => {
    if (!rendermime || !box.current) {
      return;
    }
    const careful = rendermime.clone({
      sanitizer: withoutPictures(rendermime.sanitizer, trans.__('Picture'))
    });
    const renderer = careful.createRenderer('text/markdown');
    const host = box.current;
    Widget.attach(renderer, host);
    const data = { 'text/markdown': text };
    renderer.renderModel(new MimeModel({ data, trusted: false })).then(
      () => safeLinks(renderer.node, page),
      () => setPlain(true)
    );
    return () => renderer.dispose();
  }, [rendermime, text, page, trans]);
  return isPlain ? (
    <pre className="jp-AlbertManager-plain">{text}</pre>
  ) : (
    <div ref={box} className="jp-AlbertManager-card" />
  );
}
