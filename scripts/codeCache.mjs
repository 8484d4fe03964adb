// Lays a code cache beside the parts that the common commands load: runs them, as a user does, and keeps what was compiled.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { commonRuns, withPlace } from './parts/commonRuns.mjs';
import { withEmptyStore } from './parts/emptyStore.mjs';

const isMark = ({ words: [first] }) => first === 'phase' || first === '--version';
const begun = commonRuns[0];
/** Each begins with the library that speaks to the store, which is large. */
const readers = [['history'], ['show', 'build'], ['stats'], ['fleet']];

await withPlace(async ({ quiet, pushing }) => {
  const node = (words) => promisify(execFile)(process.execPath, words, { env: quiet });
  // All of a cache is read at each start, so those of the marks hold what marks need, and nothing more.
  await node(['bin/deploytrack.js', ...begun.words]);
  await record(commonRuns.filter(isMark));
  await record(
    commonRuns.filter((run) => run !== begun && !isMark(run)).concat({ words: ['start', '--version', '2'] }),
  );
  await withEmptyStore((url) => record(readers.map((words) => ({ words: [...words, '--store', url] }))));

  /** In one process, which then writes the caches that are missing. */
  async function record(runs) {
    await node(['scripts/parts/recordCode.cjs', JSON.stringify({ runs, pushing })]);
  }
});
