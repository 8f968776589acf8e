// Prints what transformers.js makes of the texts of an export's golden.json: node answers.mjs FOLDER DTYPE…
import { readFileSync } from 'node:fs';
import { basename, dirname } from 'node:path';

import { AutoModelForSequenceClassification, AutoTokenizer, env, pipeline } from '@huggingface/transformers';

const [folder, ...dtypes] = process.argv.slice(2);
env.allowRemoteModels = false;
env.localModelPath = dirname(folder);
const name = basename(folder);
const golden = JSON.parse(readFileSync(`${folder}/golden.json`, 'utf8'));
const texts = golden.texts.map(({ text }) => text);
const tokenizer = await AutoTokenizer.from_pretrained(name);
const read = text => tokenizer(text, { truncation: true });

const said = { ids: texts.map(text => read(text).input_ids.tolist()[0].map(Number)) };
for (const dtype of dtypes) {
  if (golden.output === 'logits') {
    const model = await AutoModelForSequenceClassification.from_pretrained(name, { dtype });
    const logits = [];
    for (const text of texts) logits.push((await model(read(text))).logits.tolist()[0]);
    const classify = await pipeline('text-classification', name, { dtype });
    said[dtype] = { logits, labels: (await classify(texts)).map(({ label }) => label) };
  } else {
    const embed = await pipeline('feature-extraction', name, { dtype });
    const vectors = [];
    for (const text of texts) {
      vectors.push((await embed(text, { pooling: golden.pooling, normalize: golden.normalize })).tolist()[0]);
    }
    said[dtype] = { vectors };
  }
}
console.log(JSON.stringify(said));
