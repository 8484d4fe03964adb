// node -r hook.cjs <program>: at its end the process writes into the file $WALK which parts it loaded, and which files of the
// sources had a function that ran.
const { readFileSync, writeFileSync } = require('node:fs');
const { Session } = require('node:inspector');
const { SourceMap } = require('node:module');
const { basename, dirname, join } = require('node:path');
const { fileURLToPath } = require('node:url');

const session = new Session();
session.connect();
const ask = (method, parameters) => {
  let answer;
  session.post(method, parameters, (error, result) => {
    if (error) throw new Error(error.message);
    answer = result;
  });
  return answer;
};
ask('Profiler.enable');
ask('Profiler.startPreciseCoverage', { callCount: true, detailed: false });

/** Counts since the last time that somebody asked. */
const counted = [];
const count = () => counted.push(...ask('Profiler.takePreciseCoverage').result);
// What runs while a part is loaded is not on the way of a command.
require(join(dirname(dirname(process.argv[1])), 'bin/load.js')).onScript((_name, script) => {
  const { runInThisContext } = script;
  script.runInThisContext = () => {
    const load = runInThisContext.call(script);
    return (...values) => {
      count();
      load(...values);
      ask('Profiler.takePreciseCoverage');
    };
  };
});

process.on('exit', () => {
  count();
  const dist = join(dirname(dirname(process.argv[1])), 'dist');
  const parts = counted
    .filter(({ url }) => url.startsWith('file:') && url.endsWith('.cjs'))
    .map(({ url, functions }) => ({ file: fileURLToPath(url), functions }))
    .filter(({ file }) => dirname(file) === dist);
  const executed = new Set(parts.flatMap(executedIn));
  const loaded = new Set(parts.flatMap(({ file }) => JSON.parse(readFileSync(`${file}.map`, 'utf8')).sources));
  const ofOurs = (sources) => [...sources].map(ofSource).filter((file) => file !== null).sort();
  writeFileSync(
    process.env.WALK,
    JSON.stringify({
      parts: parts.map(({ file }) => basename(file)),
      executed: ofOurs(executed),
      loaded: ofOurs(loaded),
    }),
  );
});

function ofSource(source) {
  return /(?:^|\/)src\/(?!.*node_modules)(.*)$/.exec(source)?.[1] ?? null;
}

/** The files of the functions that ran; what runs when a part is loaded does not count. */
function executedIn({ file, functions }) {
  const text = readFileSync(file, 'utf8');
  const map = new SourceMap(JSON.parse(readFileSync(`${file}.map`, 'utf8')));
  const lineStarts = [0];
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) lineStarts.push(at + 1);
  return functions.flatMap(({ ranges: [{ startOffset, count }] }) => {
    if (count === 0) return [];
    let line = lineStarts.findIndex((start) => start > startOffset);
    line = line === -1 ? lineStarts.length - 1 : line - 1;
    const { generatedLine, originalSource } = map.findEntry(line, startOffset - lineStarts[line]);
    // What the bundler has added comes from no source.
    return generatedLine !== line || originalSource === undefined ? [] : [originalSource];
  });
}
