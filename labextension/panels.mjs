// Bundles each panel into one ESM file for anywidget: nothing external, below 100 kB, saved in every notebook.
import { readFile, stat } from 'node:fs/promises';
import { build, context, transform } from 'esbuild';

const LIMIT = 100_000;
const PANELS = ['tokens', 'attention'];

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
  entryPoints: Object.fromEntries(PANELS.map(name => [name, `src/panels/${name}/index.ts`])),
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
  for (const name of PANELS) {
    const { size } = await stat(`${options.outdir}/${name}.js`);
    console.log(`${name}.js  ${(size / 1000).toFixed(1)} kB`);
    if (size > LIMIT) {
      throw new Error(`${name}.js is over ${LIMIT} bytes; every saved panel carries it.`);
    }
  }
}
