// Bundles the charts into charts.js and charts.css in the folder above, or in the one that is given. What they were made of is in their
// first line: a test compares it with what is here.
import { createHash } from 'node:crypto';
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { build } from 'esbuild';

const to = process.argv[2] ?? '..';
const sources = readdirSync('.').filter(name => /\.(tsx?|css|json|mjs|txt)$/.test(name)).sort();
const hash = createHash('sha256');
for (const name of sources) hash.update(`${name}\n`).update(readFileSync(name));
const head = `/* Made by npm run build in Pages/Charts of ${hash.digest('hex')}\n\n${readFileSync('licenses.txt', 'utf8').trim()}\n*/`;
const made = await build({
  entryPoints: ['charts.tsx'], bundle: true, minify: true, format: 'iife', target: 'es2022', charset: 'utf8', legalComments: 'none',
  banner: { js: head, css: head }, outdir: 'out', write: false,
});
for (const file of made.outputFiles) writeFileSync(`${to}/${file.path.endsWith('.css') ? 'charts.css' : 'charts.js'}`, file.contents);
