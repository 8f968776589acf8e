/** How a model is written for other programs. */

import type { TranslationBundle } from '@jupyterlab/translation';
import { useState } from 'react';

import type { ModelInfo } from '../types';
import { bytes } from '../views/words';
import { ask } from './ask';

/** Ask for the precision; null when the user does not want to. */
export function exportDialog(trans: TranslationBundle, model: ModelInfo): Promise<string | null> {
  return ask<string>(trans, {
    title: trans.__('Export %1 as ONNX', model.id),
    accept: trans.__('Export'),
    first: 'float32',
    focus: 'input:checked',
    body: answer => <Precisions trans={trans} parameters={model.parameters} answer={answer} />
  });
}

function Precisions(props: {
  trans: TranslationBundle;
  parameters: number;
  answer: (precision: string) => void;
}) {
  const { trans, parameters, answer } = props;
  const [chosen, choose] = useState('float32');
  const size = (width: number) =>
    parameters ? trans.__('about %1', bytes(width * parameters)) : '';
  const precisions = [
    ['float32', size(4), trans.__('The same answers as here, up to rounding.')],
    [
      'float16',
      size(2),
      trans.__('Half the size, for graphics cards and WebGPU; nearly the same answers.')
    ],
    [
      'int8',
      size(1),
      trans.__('Weights in a quarter of the size, often twice as fast; answers differ a little.')
    ]
  ];
  return (
    <fieldset className="jp-AlbertManager-formChoices">
      <legend>{trans.__('Precision')}</legend>
      {precisions.map(([name, about, text]) => (
        <label key={name}>
          <input
            type="radio"
            name="precision"
            value={name}
            checked={chosen === name}
            onChange={() => {
              choose(name);
              answer(name);
            }}
          />
          <span>
            <strong>{name}</strong> {about}
            <small>{text}</small>
          </span>
        </label>
      ))}
      <p className="jp-AlbertManager-formHelp">
        {trans.__(
          'The model, its tokenizer and texts with known answers go into one folder, beside the other precisions.'
        )}
      </p>
    </fieldset>
  );
}
