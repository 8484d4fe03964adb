import type { Mark } from '../../src/marks.ts';
import { failure, Generator } from '../../src/sample/generator.ts';

const hosts = 20;
const names = ['gateway', 'billing'] as const;

interface Span {
  readonly count: number;
  readonly fromMs: number;
  readonly untilMs: number;
}

/**
 * The marks of one deployment of many, the oldest first: 1 % fail in the migration, 2 % are rolled back because the service is
 * not healthy, 1 % end in a warning. The same for the same number.
 */
export function marksOfNumber(number: number, { count, fromMs, untilMs }: Span): Mark[] {
  const chance = part(number, 1);
  const host = Math.floor(part(number, 2) * hosts);
  const about = (seconds: number, salt: number): number =>
    Math.round(seconds * (0.5 + part(number, salt) + 2 * part(number, salt + 50) ** 8) * 1000) / 1000;
  const seconds = {
    extract: about(8, 3),
    venv_rebuild: about(40, 4),
    migration: about(12, 5),
    cutover: about(2, 6),
  };
  const id = `n${number}`;
  const generator = new Generator({
    id,
    // The last one has ended by now.
    startMs: Math.floor(fromMs + (number / count) * (untilMs - 900_000 - fromMs)),
    deployment: names[Math.floor(part(number, 7) * names.length)] ?? names[0],
    environment: host < 12 ? 'production' : 'staging',
    hostname: `vm-${host}`,
    version: versionOf(number),
    previousVersion: versionOf(Math.max(0, number - 1)),
    triggeredBy: 'ada',
    seconds,
    downtimeSeconds: about(0.7, 8),
    secondsUntilHealthy: about(2, 9),
    end: 'success',
    migrations: number % 3,
  });
  generator.start();
  generator.phase('extract');
  generator.phase('venv_rebuild');
  if (chance < 0.01) generator.phase('migration', failure('lock timeout on table orders'));
  else {
    generator.phase('migration');
    generator.phase('cutover');
    const isHealthy = chance >= 0.03;
    generator.health(isHealthy ? about(2, 9) : 6, isHealthy);
    if (!isHealthy) generator.rollback();
    else if (chance < 0.04) generator.smoke('report', true);
  }
  generator.finish();
  return generator.marks;
}

function versionOf(number: number): string {
  return `1.${Math.floor(number / 1000)}.${number % 1000}`;
}

/** From 0, below 1: a hash of a deployment and a salt (murmur3's finalizer, public domain). */
function part(number: number, salt: number): number {
  let mixed = Math.imul(number + 1, 0x9e3779b1) ^ Math.imul(salt, 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return ((mixed ^ (mixed >>> 16)) >>> 0) / 4_294_967_296;
}
