// Bundles each panel into one ESM file, nothing external, that a page fetches once; and the loader for anywidget,
// which is saved in every notebook.
import { readFile, stat } from 'node:fs/promises';
import { build, context, transform } from 'esbuild';

const LIMITS = {
  loader: 5_000,
  tokens: 200_000,
  attention: 200_000,
  finetune: 200_000,
  predict: 200_000,
  summary: 200_000
};
const PANELS = ['tokens', 'attention', 'finetune', 'predict', 'summary'];

// A panel carries its style sheet as text, minified like the rest.
const styleAsText = {
  name: 'style-as-text',
  setup({ onLoad }) {
    onLoad({ filter: /\.css$/ }, async ({ path }) => {
      const style = await transform(await readFile(path, 'utf8'), { loader: 'css', minify: true });
      return { contents: style.code, loader: 'text' };
    });
  }
};

const options = {
  entryPoints: {
    loader: 'src/panels/loader.ts',
    ...Object.fromEntries(PANELS.map(name => [name, `src/panels/${name}/index.ts`]))
  },
  outdir: '../albert_widgets/static',
  bundle: true,
  format: 'esm',
  target: 'es2022',
  minify: true,
  charset: 'utf8',
  legalComments: 'none',
  plugins: [styleAsText],
  logLevel: 'warning'
};

if (process.argv.includes('--watch')) {
  await (await context(options)).watch();
} else {
  await build(options);
  for (const [name, limit] of Object.entries(LIMITS)) {
    const { size } = await stat(`${options.outdir}/${name}.js`);
    console.log(`${name}.js  ${(size / 1000).toFixed(1)} kB`);
    if (size > limit) {
      throw new Error(`${name}.js is over ${limit} bytes.`);
    }
  }
}
