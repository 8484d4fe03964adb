// Parts load each other and Node's modules when something of them is first used, not when they are loaded themselves: what a command does not run, it
// does not read.
import MagicString from 'magic-string';

const imported = /^(?:const|let) ((?:require|node)_\w+) = require\("(?:\.\/)?([^"]+)"\);$/gm;
const exported =
  /^Object\.defineProperty\(exports, (?:"([\w$]+)"|'([\w$]+)'), \{\s+enumerable: true,\s+get: function\(\) \{\s+return ([\w$]+);\s+\}\s+\}\);$/gm;

export const lazyParts = {
  name: 'lazy-parts',
  renderChunk(code) {
    const text = new MagicString(code);
    for (const { 0: line, 1: name, 2: file, index } of code.matchAll(imported)) {
      if (code.includes(`\n${name} = `)) continue;
      const end = index + line.length;
      text.overwrite(index, end, `const ${name} = require.later("${file}");`);
      for (const use of code.matchAll(new RegExp(`(\\bnew )?\\b${name}\\b((?:\\.[\\w$]+)*)`, 'g'))) {
        if (use.index >= index && use.index < end) continue;
        const [all, made = '', path] = use;
        // `new a().B()` would make an `a`.
        const [before, after] = made === '' ? ['', ''] : ['(', ')'];
        text.overwrite(use.index, use.index + all.length, `${made}${before}${name}()${path}${after}`);
      }
    }
    // No export is assigned to a second time, so a value does as well as a getter, which takes longer to make.
    for (const { 0: block, 1: one, 2: other, 3: value, index } of code.matchAll(exported))
      text.overwrite(index, index + block.length, `exports.${one ?? other} = ${value};`);
    return { code: text.toString(), map: text.generateMap({ hires: true }) };
  },
};
