// recordCode.cjs <json>: runs commands of the built program in this one process, and lays beside the parts that are named the
// code that was compiled meanwhile.
const { readFileSync, writeFileSync } = require('node:fs');
const { loadPart, onScript } = require('../bin/load.js');

const { parts, commands } = JSON.parse(process.argv[2]);
const scripts = new Map();
onScript((name, script) => scripts.set(name, script));

/** Until it would leave. */
function ended(words) {
  process.argv = [process.execPath, require.resolve('../bin/deploytrack.js'), ...words];
  return new Promise((resolve) => {
    process.exit = resolve;
    loadPart('deploytrack.cjs').run();
  });
}

async function main() {
  const { exit } = process;
  for (const words of commands) if ((await ended(words)) > 1) throw new Error(`${words.join(' ')} failed`);
  for (const name of parts) {
    const file = `dist/${name}`;
    const cache = scripts.get(name).createCachedData();
    writeFileSync(`${file}.cache`, Buffer.concat([readFileSync(file), cache, cache]));
  }
  exit(0);
}

main();
