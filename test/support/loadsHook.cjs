// node -r loadsHook.cjs <program>: at its end the process writes into the file $LOADS what it has loaded.
const { writeFileSync } = require('node:fs');
const { builtinModules, registerHooks } = require('node:module');

const before = new Set(process.moduleLoadList);
const packages = new Set();
const parts = [];
// Node 22.14 has none: there packages are not seen.
registerHooks?.({
  resolve(specifier, context, next) {
    const found = next(specifier, context);
    const [, name] = /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(found.url) ?? [];
    if (name !== undefined) packages.add(name);
    return found;
  },
});
const own = new Set(process.moduleLoadList.filter((name) => !before.has(name)));
require(process.env.LOADER).onScript((name) => parts.push(name));

process.on('exit', () => {
  const builtins = process.moduleLoadList
    .filter((name) => !before.has(name) && !own.has(name))
    .map((name) => name.replace('NativeModule ', ''))
    .filter((name) => builtinModules.includes(name) && !name.startsWith('_'));
  writeFileSync(process.env.LOADS, JSON.stringify({ builtins, packages: [...packages], parts }));
});
