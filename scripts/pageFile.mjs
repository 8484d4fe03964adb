// Puts style and script of the web UI into one file next to the bundles: dist/page.html.
import { readFileSync, writeFileSync } from 'node:fs';
import { build, transform } from 'esbuild';
import { pageScript } from './bundles.mjs';

const script = await build(pageScript);
// In the order in which later rules win.
const styles = ['base', 'head', 'cards', 'figures', 'bars', 'list', 'detail', 'fleet', 'empty', 'narrow'];
const css = styles.map((name) => readFileSync(`src/web/style/${name}.css`, 'utf8')).join('\n');
const style = await transform(css, { loader: 'css', minify: true });
const page = readFileSync('src/web/page.html', 'utf8')
  .replace('/* style */', () => style.code.trim())
  .replace('/* script */', () => script.outputFiles[0].text.trim().replaceAll('</script', '<\\/script'));
writeFileSync('dist/page.html', page);
