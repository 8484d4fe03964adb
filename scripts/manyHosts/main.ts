import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { writeFigures } from '../../test/soak/docs.ts';
import { answersText, figuresText, lineTable, paperText } from './report.ts';
import { type Result, runFleet } from './run.ts';

const say = (line: string) => process.stdout.write(`${line}\n`);

/** Runs a fleet of each size; prints the tables. False if a figure differs. With `--docs` writes docs/fleet.md. */
export async function main(root: string, args: readonly string[]): Promise<boolean> {
  const { values, positionals } = parseArgs({
    args: [...args],
    options: { docs: { type: 'boolean', default: false }, json: { type: 'string' } },
    allowPositionals: true,
  });
  const sizes = (positionals.length === 0 ? ['100'] : positionals).map(Number);
  const wrong = sizes.find((size) => !Number.isInteger(size) || size < 10 || size > 5000);
  if (wrong !== undefined) throw new Error('the number of hosts is from 10 to 5000');
  // One listener for each server and host that is at work.
  process.setMaxListeners(100);
  let stop = async () => {};
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.once(signal, () => void stop().finally(() => process.exit(130)));
  const results: Result[] = [];
  for (const size of sizes) {
    say(`== ${size} hosts`);
    const started = (end: () => Promise<void>) => {
      stop = end;
    };
    const result = await runFleet(size, {
      root,
      say: (line) => say(`-- ${new Date().toISOString().slice(11, 19)} ${line}`),
      started,
    });
    for (const line of tell(result)) say(line);
    results.push(result);
    say(figuresText([result]));
    if (values.json !== undefined) writeFileSync(values.json, JSON.stringify(results, null, 1));
  }
  const text = [figuresText(results), answersText(results), paperText(results)].join('\n\n');
  say(text);
  const isRight = results.every((result) => problems(result).length === 0);
  if (values.docs && isRight)
    writeFigures(root, { name: 'fleet', args: sizes.map(String), text, page: 'docs/fleet.md' });
  return isRight;
}

function tell(result: Result): string[] {
  const found = problems(result);
  return [
    lineTable([...result.lines, ...result.rows]),
    ...result.warnings.slice(0, 5).map((line) => `warning of ${line}`),
    ...found.map((line) => `DIFFERENT: ${line}`),
  ];
}

/** What differs without a reason. */
function problems({ lines, rows, ofVictoria, ofPrometheus }: Result): string[] {
  const cut = (text: string) => (text.length > 300 ? `${text.slice(0, 297)}...` : text);
  const engines = { VictoriaMetrics: ofVictoria, Prometheus: ofPrometheus };
  return [
    ...[...lines, ...rows].filter(({ isSame }) => !isSame).map(({ what }) => what),
    ...Object.entries(engines).flatMap(([engine, answers]) =>
      answers
        .filter(({ ok, difference }) => !ok && difference === null)
        .map(
          ({ id, choice, got, expected }) =>
            `${engine}: ${id} ${JSON.stringify(choice)}: ${cut(got)}; the ledgers have ${cut(expected)}`,
        ),
    ),
  ];
}
