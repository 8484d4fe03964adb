// recordCode.cjs <json>: runs commands of the built program in this one process, and lays beside each part that has none the code that
// was compiled meanwhile.
const { existsSync, readFileSync, writeFileSync } = require('node:fs');
const { loadPart, onScript } = require('../../bin/load.js');

const { runs, pushing } = JSON.parse(process.argv[2]);
const scripts = new Map();
onScript((name, script) => scripts.set(name, script));
const quiet = { ...process.env };

/** Until it would leave. */
function ended({ words, pushes }) {
  process.argv = [process.execPath, require.resolve('../../bin/deploytrack.js'), ...words];
  process.env = { ...(pushes ? pushing : quiet) };
  return new Promise((resolve) => {
    process.exit = resolve;
    loadPart('deploytrack.cjs').run(resolve);
  });
}

async function main() {
  const { exit } = process;
  for (const run of runs) if ((await ended(run)) > 1) throw new Error(`${run.words.join(' ')} failed`);
  for (const [name, script] of scripts) {
    const file = `dist/${name}`;
    if (existsSync(`${file}.cache`)) continue;
    const cache = script.createCachedData();
    writeFileSync(`${file}.cache`, Buffer.concat([readFileSync(file), cache, cache]));
  }
  exit(0);
}

main();
