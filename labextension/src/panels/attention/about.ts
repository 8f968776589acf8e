/** What each view of the attention panel shows, how it is read, and its keys. */

import type { About } from '../frame';
import type { View } from './scene';

type Explained = Omit<About, 'title'>;

const paper = (name: string, id: string) => ({ name, url: `https://arxiv.org/abs/${id}` });

const CELLS: About['keys'] = [
  ['← ↑ → ↓', 'go from cell to cell'],
  ['Home End', 'the row’s first cell, its last'],
  ['Ctrl+Home Ctrl+End', 'the first cell of all, the last'],
  ['PgUp PgDn', 'ten rows up, down']
];
const TABS: About['keys'] = [['← →', 'on a tab: the next view']];

const VIEWS: Record<string, Explained> = {
  matrix: {
    text: [
      'One head’s weights: each row is a token that looks (query), each column one that is looked at (key). A row sums to 1; the darker a cell, the more of the query’s attention goes there.',
      'Colours follow the square root, up to the largest weight of this head. A click keeps a cell and chooses its query for the other views.'
    ],
    papers: [paper('Vaswani et al. 2017', '1706.03762'), paper('Clark et al. 2019', '1906.04341')],
    keys: [...CELLS, ['Enter', 'keep the cell, or let it go']]
  },
  lines: {
    text: [
      'Each line is a weight, from a token that looks (left) to one that is looked at (right); the stronger, the larger the weight. Each head of the layer has its colour.',
      'Point at a token to see its lines alone; a click keeps it. The slider leaves out the weakest lines.'
    ],
    papers: [paper('after bertviz: Vig 2019', '1906.05714')],
    keys: [
      ['↑ ↓', 'go from token to token'],
      ['PgUp PgDn', 'ten tokens up, down'],
      ['Enter', 'keep the token, or let it go'],
      ['Esc', 'show all tokens']
    ]
  },
  neurons: {
    text: [
      'How one row of the map comes about. Above, the query’s vector q; below, for each key its vector k, the product q × k dimension by dimension, its sum q · k, and the softmax over all keys. Blue is positive, orange negative.',
      'Long coloured cells in q × k show which dimensions make the query look at that key.'
    ],
    papers: [
      paper('after bertviz: Vig 2019', '1906.05714'),
      paper('Vaswani et al. 2017', '1706.03762')
    ],
    keys: []
  },
  flow: {
    text: [
      'How much of each input token has arrived at the chosen one, layer by layer: the attention of all heads, averaged and followed down to the input.',
      'Rollout multiplies the layers, half of each being the token itself. Flow is the maximum flow through the same graph.'
    ],
    papers: [paper('Abnar & Zuidema 2020', '2005.00928')],
    keys: [...CELLS, ['Enter', 'follow that token']]
  },
  effect: {
    text: [
      'What the model says when tokens are masked and heads switched off: what such a head gives is set to zero. A click on a token masks it, one on a head switches it off, one on a number all of its line. Bars are probabilities, thin ones those of the untouched state.',
      'The stronger a head’s colour, the more the prediction depends on it, relative to its layer.'
    ],
    papers: [paper('Michel et al. 2019', '1905.10650')],
    keys: [
      ...CELLS,
      ['Enter', 'mask a token, or switch a head off; again: undo it'],
      ['Shift+Space Ctrl+Space', 'the layer’s heads, the heads of this number']
    ]
  },
  compare: {
    text: [
      'Two texts before one model, or two models before one text. Tokens that correspond stand together; struck out ones are only in the first, underlined ones only in the second.',
      'The stronger a head’s colour, the more it changed: the total variation distance between its rows, the mean over tokens that correspond. Below, the open head’s two maps and their difference, blue where the second is larger, orange where the first is.'
    ],
    keys: [...CELLS, ['Enter', 'open a head'], ['Ctrl+Enter', 'compare']]
  },
  attribution: {
    text: [
      'How much each token speaks for one output (blue) or against it (orange). Integrated gradients add up to the difference between the output and that of a masked text; the convergence delta says how nearly.',
      'Occlusion masks one token after the other. The three methods need not agree.'
    ],
    papers: [
      paper('Sundararajan et al. 2017', '1703.01365'),
      paper('Jain & Wallace 2019', '1902.10186'),
      paper('Wiegreffe & Pinter 2019', '1908.04626')
    ],
    keys: []
  }
};

const OVERVIEW =
  'The small maps show all heads of all layers, each relative to its own largest weight; a click opens one. Letters name a head’s habit.';

/** Return what is to be said of a view. */
export function about({ id, title }: Pick<View, 'id' | 'title'>): About {
  const { text, papers, keys } = VIEWS[id] ?? { text: [], keys: [] };
  return { title, text: [...text, OVERVIEW], papers, keys: [...keys, ...TABS] };
}
