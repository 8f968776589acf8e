/** What the fine-tune panel says of itself. */

import type { About } from '../actions';

export const ABOUT: About = {
  title: 'Fine-tune',
  text: [
    'A model learns from your rows, while some of them are kept back to judge it by. Above the settings stand the data, what should be mended in them, and the baseline: how far the model’s sentence vectors come without any training. A training that stays below it is not worth its time.',
    'The training is a job of its own: it goes on when the page is closed or the kernel restarts. “Stop, keep best” ends it with the weights of the best step so far; after a pause or a crash it goes on from its last checkpoint.',
    'Loss: how surprised the model is by the right answers; when that of the validation rows rises while that of the training falls, the model learns rows by heart.'
  ],
  papers: [
    { name: 'BERT: Devlin et al. 2019', url: 'https://arxiv.org/abs/1810.04805' },
    { name: 'LoRA: Hu et al. 2021', url: 'https://arxiv.org/abs/2106.09685' },
    { name: 'Calibration: Guo et al. 2017', url: 'https://arxiv.org/abs/1706.04599' }
  ],
  keys: [
    ['Ctrl+Enter', 'start'],
    ['← →', 'on a chart: go along the steps; on the tabs: go to the next'],
    ['Home End', 'the first step, the last']
  ]
};
