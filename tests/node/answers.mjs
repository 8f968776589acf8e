// Prints what transformers.js makes of the texts of an export's golden.json: node answers.mjs FOLDER DTYPE…
import { readFileSync } from 'node:fs';
import { basename, dirname } from 'node:path';

import {
  AutoModelForSequenceClassification,
  AutoTokenizer,
  env,
  pipeline,
  Tensor
} from '@huggingface/transformers';

const [folder, ...dtypes] = process.argv.slice(2);
env.allowRemoteModels = false;
env.localModelPath = dirname(folder);
const name = basename(folder);
const golden = JSON.parse(readFileSync(`${folder}/golden.json`, 'utf8'));

/** The arrays of one text, with the ids that are right. */
const inputs = ({ ids, type_ids }) => {
  const tensor = values => new Tensor('int64', BigInt64Array.from(values, BigInt), [1, ids.length]);
  return {
    input_ids: tensor(ids),
    attention_mask: tensor(ids.map(() => 1)),
    token_type_ids: tensor(type_ids)
  };
};

const tokenizer = await AutoTokenizer.from_pretrained(name);
const said = {
  ids: golden.texts.map(({ text }) =>
    tokenizer(text, { truncation: true }).input_ids.tolist()[0].map(Number)
  )
};
const short = golden.texts.filter(({ truncated }) => !truncated).map(({ text }) => text);
if (golden.output === 'logits') {
  for (const dtype of dtypes) {
    const model = await AutoModelForSequenceClassification.from_pretrained(name, { dtype });
    said[dtype] = [];
    for (const row of golden.texts) said[dtype].push((await model(inputs(row))).logits.tolist()[0]);
  }
  const classify = await pipeline('text-classification', name, { dtype: dtypes[0] });
  said.labels = [];
  for (const text of short) said.labels.push(...(await classify(text)));
} else {
  const embed = await pipeline('feature-extraction', name, { dtype: dtypes[0] });
  said.vectors = [];
  for (const text of short) {
    const how = { pooling: golden.pooling, normalize: golden.normalize };
    said.vectors.push((await embed(text, how)).tolist()[0]);
  }
}
console.log(JSON.stringify(said));
