/** What can be chosen before a training: its fields, and what of them is not the default. */

import { rateText } from './words';

/** Settings by name, as Python has them. */
export type Settings = Record<string, unknown>;

/** One field of the form. */
export interface Field {
  name: string;
  label: string;
  /** What it does, in a sentence. */
  help: string;
  kind: 'number' | 'choice' | 'switch' | 'text';
  choices?: [value: string, label: string][];
  /** Whether it stands under "more…". */
  isRare: boolean;
}

/** The form, in its order. */
export const FIELDS: Field[] = [
  {
    ...{ name: 'method', label: 'method', kind: 'choice', isRare: false },
    help: 'Which weights learn: all, small matrices beside the attention (LoRA), or the classifier alone.',
    choices: [
      ['full', 'full'],
      ['lora', 'LoRA'],
      ['head', 'head only']
    ]
  },
  {
    ...{ name: 'epochs', label: 'epochs', kind: 'number', isRare: false },
    help: 'Passes over the training rows.'
  },
  {
    ...{ name: 'learning_rate', label: 'learning rate', kind: 'number', isRare: false },
    help: 'How far a step goes. For small BERTs 3e-5 to 3e-4; more with LoRA and head only.'
  },
  {
    ...{ name: 'batch_size', label: 'batch size', kind: 'number', isRare: false },
    help: 'Rows of one pass: 16, or 32 of many rows. Fewer take less memory.'
  },
  {
    ...{ name: 'max_length', label: 'max length', kind: 'number', isRare: true },
    help: 'Tokens that a text is cut to; shorter ones train faster.'
  },
  {
    ...{ name: 'gradient_accumulation', label: 'accumulation', kind: 'number', isRare: true },
    help: 'Passes of one step: large steps with little memory.'
  },
  {
    ...{ name: 'class_weights', label: 'class weights', kind: 'choice', isRare: true },
    help: 'Balanced: rare classes count as much as frequent ones.',
    choices: [
      ['', 'none'],
      ['balanced', 'balanced']
    ]
  },
  {
    ...{ name: 'patience', label: 'patience', kind: 'number', isRare: true },
    help: 'Evaluations without a better one until it ends by itself; 0 never ends it.'
  },
  {
    ...{ name: 'evaluations', label: 'evaluations an epoch', kind: 'number', isRare: true },
    help: 'How often the validation rows are asked.'
  },
  {
    ...{ name: 'warmup', label: 'warm-up', kind: 'number', isRare: true },
    help: 'Share of the steps in which the learning rate rises.'
  },
  {
    ...{ name: 'precision', label: 'precision', kind: 'choice', isRare: true },
    help: 'auto: bfloat16 where this machine is faster with it.',
    choices: [
      ['auto', 'auto'],
      ['float32', 'float32'],
      ['bfloat16', 'bfloat16']
    ]
  },
  {
    ...{ name: 'device', label: 'device', kind: 'choice', isRare: true },
    help: 'auto: the graphics card, if there is one.',
    choices: [
      ['auto', 'auto'],
      ['cpu', 'cpu'],
      ['cuda', 'cuda'],
      ['mps', 'mps']
    ]
  },
  {
    ...{ name: 'target_length', label: 'summary length', kind: 'number', isRare: true },
    help: 'Tokens of a summary at most; without it, the length that 95 of 100 given summaries do not pass.'
  },
  {
    ...{ name: 'beams', label: 'beams', kind: 'number', isRare: true },
    help: 'Candidates of the search for a summary; 1 takes the likeliest token each time.'
  },
  {
    ...{ name: 'label_smoothing', label: 'label smoothing', kind: 'number', isRare: true },
    help: 'Share of the truth that is spread over all tokens.'
  },
  {
    ...{ name: 'tie_weights', label: 'tie weights', kind: 'switch', isRare: true },
    help: 'Encoder and decoder are one set of weights: half the size.'
  },
  {
    ...{ name: 'seed', label: 'seed', kind: 'number', isRare: true },
    help: 'The same seed, the same run.'
  },
  {
    ...{ name: 'validation', label: 'validation share', kind: 'number', isRare: true },
    help: 'Share of the rows that the model is judged by and does not learn from.'
  },
  {
    ...{ name: 'temperature_scaling', label: 'temperature scaling', kind: 'switch', isRare: true },
    help: 'Afterwards, make probabilities right as often as they say; no label changes.'
  },
  {
    ...{ name: 'name', label: 'name', kind: 'text', isRare: true },
    help: 'Of the new model: run:NAME.'
  }
];

/** Return what stands in an empty field: the default, in words. */
export function placeholder(
  { name }: Field,
  defaults: Settings,
  rates: Record<string, number>,
  method: string,
  limit: number
): string {
  if (name === 'learning_rate') {
    return method in rates ? rateText(rates[method]) : '';
  }
  if (name === 'max_length') {
    return limit ? String(limit) : 'no limit';
  }
  if (name === 'batch_size') {
    return '16 or 32';
  }
  if (name === 'target_length') {
    return 'by the data';
  }
  return name === 'name' ? 'a free one' : String(defaults[name] ?? '');
}

/** Return how a chosen value is written in its field. */
export function written(value: unknown): string {
  if (typeof value === 'number') {
    return value > 0 && value < 0.001 ? rateText(value) : String(value);
  }
  return value === null || value === undefined ? '' : String(value);
}

/**
 * Return what a field says, or nothing where that is the default.
 *
 * @throws What cannot be read, in words.
 */
export function read(field: Field, text: string, defaults: Settings): unknown {
  const said = text.trim();
  if (!said) {
    return undefined;
  }
  if (field.kind !== 'number') {
    return said === String(defaults[field.name] ?? '') ? undefined : said;
  }
  const value = Number(said.replace(',', '.'));
  if (!Number.isFinite(value)) {
    throw new Error(`${field.label}: ${said} is no number.`);
  }
  return value === defaults[field.name] ? undefined : value;
}
