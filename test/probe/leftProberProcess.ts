/** The background prober as a program: URL, interval in milliseconds, file, maximum time in milliseconds. */
import { processContext } from '../../src/context.ts';
import { runBackgroundProber } from '../../src/probe/backgroundProber.ts';
import { parseTarget } from '../../src/probe/target.ts';

const [url = '', interval = '', file = '', max = ''] = process.argv.slice(2);
const options = { target: parseTarget({ url }), intervalMs: Number(interval), file, maxMs: Number(max) };
void runBackgroundProber(processContext(), options);
