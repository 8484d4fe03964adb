import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { figuresOf, headOf, writeFigures } from './docs.ts';
import { figureTable, withOlder } from './figureRows.ts';
import { groups } from './groups.ts';
import { hostile } from './hostile/hostile.ts';
import { kills } from './kills/kills.ts';
import { load } from './load.ts';
import { million } from './million.ts';
import { power } from './power/power.ts';
import { Random } from './random.ts';
import type { Soak, Stage, StageResult } from './stage.ts';

const stages: readonly Stage[] = [kills, power, load, groups, million, hostile];
const say = (line: string) => process.stdout.write(`${line}\n`);

/** Runs the stages one after the other; prints the table. False if a figure breaks a promise. */
export async function main(root: string, args: readonly string[]): Promise<boolean> {
  const { values, positionals } = parseArgs({
    args: [...args],
    options: {
      quick: { type: 'boolean', default: false },
      docs: { type: 'boolean', default: false },
      seed: { type: 'string', default: String(Date.now() % 1_000_000) },
      share: { type: 'string', default: '1' },
      'hostile-minutes': { type: 'string' },
    },
    allowPositionals: true,
  });
  const unknown = positionals.filter((name) => !stages.some((stage) => stage.name === name));
  if (unknown.length > 0)
    throw new Error(`unknown stage ${unknown.join()}; expected ${stages.map(({ name }) => name).join()}`);
  const wanted = stages.filter(({ name }) => positionals.length === 0 || positionals.includes(name));
  const hostileMinutes = Number(values['hostile-minutes'] ?? (values.quick ? 0.3 : 5));
  say(`seed ${values.seed}`);
  const folder = temporary();
  const results: StageResult[] = [];
  try {
    for (const stage of wanted) {
      const soak = { root, isQuick: values.quick, hostileMinutes, share: Number(values.share), say };
      results.push(await timed(stage, { ...soak, random: new Random(Number(values.seed)) }));
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  const commit = headOf(root);
  const text = figureTable(
    results.flatMap(({ found }) => found),
    commit,
  );
  if (values.docs) writeStages(root, { text, args, positionals });
  say(text);
  const broken = results.flatMap((result) => result.broken);
  for (const one of broken) say(`BROKEN: ${one}`);
  return broken.length === 0;
}

/** A run of some stages replaces their rows. The hour of attacks has figures of its own. */
function writeStages(
  root: string,
  { text, args, positionals }: { text: string; args: readonly string[]; positionals: readonly string[] },
): void {
  if (positionals.join() === hostile.name) {
    writeFigures(root, { name: `soak ${hostile.name}`, args, text });
    return;
  }
  const isWhole = positionals.length === 0;
  const whole = args.filter((word) => !positionals.includes(word));
  const merged = isWhole ? text : withOlder(text, figuresOf(root, 'soak'));
  writeFigures(root, { name: 'soak', args: whole, text: merged });
}

/** All that the stages create is below one folder, which is removed also after Ctrl-C. */
function temporary(): string {
  const folder = mkdtempSync(join(tmpdir(), 'deploytrack-soak-'));
  process.env.TMPDIR = folder;
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.once(signal, () => {
      rmSync(folder, { recursive: true, force: true });
      process.exit(130);
    });
  return folder;
}

async function timed(stage: Stage, soak: Omit<Soak, 'leftMs'>): Promise<StageResult> {
  const limitMs = (soak.isQuick ? stage.limitMinutes.quick : stage.limitMinutes.full) * 60_000;
  const beganMs = performance.now();
  const leftMs = () => beganMs + limitMs - performance.now();
  say(`== ${stage.name}: ${stage.about}`);
  try {
    const result = await stage.run({ ...soak, leftMs });
    say(`   ${Math.round((performance.now() - beganMs) / 1000)} s, ${result.broken.length} broken`);
    for (const one of result.broken) say(`   ${one}`);
    return result;
  } catch (error) {
    say(`   failed: ${(error as Error).stack}`);
    return { found: [], broken: [`${stage.name} failed: ${(error as Error).message}`] };
  }
}
