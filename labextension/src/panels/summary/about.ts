/** What the summary panel is, for its help. */

import type { About } from '../frame';

export const ABOUT: About = {
  title: 'Summary',
  text: [
    'The text, each sentence shaded by how much it says; those of the summary have a bar in the margin, and stand beside the text. The slider takes more of them or fewer, in the order of their rank; nothing is computed anew for that.',
    'centrality: what has most in common with all other sentences, in meaning and words. directed: the same, but likeness to later sentences counts more. cluster: one sentence of each topic. lead: the first ones. A second method stands beside the first with a margin of its own.',
    'A click on a sentence says why: its score, its rank, and the sentences that are most like it. What a model wrote is linked to what supports it; sentences without support may be made up.'
  ],
  papers: [
    { name: 'LexRank: Erkan & Radev 2004', url: 'https://arxiv.org/abs/1109.2128' },
    { name: 'PacSum: Zheng & Lapata 2019', url: 'https://arxiv.org/abs/1906.03508' }
  ],
  keys: [
    ['↑ ↓', 'go from sentence to sentence'],
    ['Page Up, Page Down', 'the sentence of the summary before, the next one'],
    ['Home End', 'the first sentence, the last'],
    ['Enter', 'why this sentence'],
    ['Esc', 'close the explanation']
  ]
};
