// Puts style and script of the page into one file beside the bundles: dist/page.html.
import { readFileSync, writeFileSync } from 'node:fs';
import { build, transform } from 'esbuild';

const script = await build({
  entryPoints: ['src/page/main.ts'],
  bundle: true,
  minify: true,
  format: 'iife',
  target: 'es2022',
  charset: 'utf8',
  write: false,
  logLevel: 'warning',
});
const style = await transform(readFileSync('src/page/page.css', 'utf8'), { loader: 'css', minify: true });
const page = readFileSync('src/page/page.html', 'utf8')
  .replace('/* style */', () => style.code.trim())
  .replace('/* script */', () => script.outputFiles[0].text.trim().replaceAll('</script', '<\\/script'));
writeFileSync('dist/page.html', page);
