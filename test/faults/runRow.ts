import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { forgetBackOff } from '../cli/backOff.ts';
import { eventually } from '../support/eventually.ts';
import type { FaultyGateway } from '../support/faultyGateway.ts';
import { gatewayQueries } from '../support/gateway.ts';
import { endOf, type ProgramEnd } from '../support/program.ts';
import { type Column, counts, leaves, type Step, stepsOf } from './columns.ts';
import type { Fault } from './fault.ts';
import { columnsHere } from './matrix.ts';
import { type Place, placeOf } from './world.ts';

/** The time in which every command of the matrix ends, says docs/faults.md: far above what each is allowed by itself. */
const boundMs = 9000;

/** Runs all commands of a row that no other test covers, then ends the fault and looks for what is lost. */
export async function runRow(fault: Fault, gateway: FaultyGateway): Promise<void> {
  const name = fault.title.replaceAll(/[^a-z0-9]+/gi, '-').toLowerCase();
  const env = { PUSHGATEWAY_URL: gateway.url, DEPLOYTRACK_GATEWAY_TIMEOUT: '20s' };
  const place = await placeOf(fault.world, { ...env, DEPLOYTRACK_LEDGER_TIMEOUT: '200ms' });
  try {
    const ran = columnsHere(fault.title);
    const before = ran.includes('finish') && !ran.includes('start') ? ['d', 'e'] : ['d'];
    for (const id of before) await begin(place, { id, deployment: `${name}-${id}` });
    place.shell(fault.world.begin ?? ':');
    const release = await fault.world.hold?.(place);
    await gateway.become(fault.gateway ?? 'none');
    let printed = '';
    for (const column of ran)
      for (const step of stepsOf(column, name)) printed += await checkStep(place, { fault, column, step });
    if (fault.isWaitedFor === true) await checkSignal(place, gateway);
    await gateway.become('none');
    release?.();
    place.shell(fault.world.end ?? ':');
    await recovered(place, printed);
    checkNothingLost(place, ran);
    await checkGateway(gateway, { name, ran });
    await checkNothingLeft(place);
  } finally {
    await place.stop();
  }
}

/** Starts a deployment before the fault. */
async function begin(place: Place, { id, deployment }: { id: string; deployment: string }): Promise<void> {
  const words = ['start', '--id', id, '--deployment', deployment, '--version', '1'];
  const began = await finished(place, { isFaulty: false }, words);
  expect(began).toEqual({ code: 0, signal: null, stdout: `${id}\n`, stderr: '' });
}

/** Runs a step during the fault and compares it with the contract; returns the marks that it printed. */
async function checkStep(
  place: Place,
  { fault, column, step }: { fault: Fault; column: Column; step: Step },
): Promise<string> {
  if (fault.gateway !== undefined) forgetBackOff(place.ledger);
  const beganMs = performance.now();
  const end = await finished(place, { isFaulty: true, stdin: step.stdin }, step.words);
  const tookMs = performance.now() - beganMs;
  const { rest, problems, marks } = partsOf(end.stderr);
  const what = `${step.words.slice(0, 3).join(' ')}: ${end.stderr}`;
  expect.soft(end.signal ?? end.code, what).toBe(fault.codes?.[column] ?? step.code);
  if (step.stdout !== undefined && fault.hasNoOutput !== true)
    expect
      .soft(end.stdout, what)
      .toBe(fault.hasNoInput === true && step.stdin !== undefined ? '' : step.stdout);
  if (step.commandStderr !== undefined && fault.hasNoErrors !== true)
    expect.soft(rest.replace(fault.commandSays ?? '', ''), what).toBe(step.commandStderr);
  expect.soft(problems.length, what).toBeLessThanOrEqual(fault.says === undefined ? 0 : 1);
  for (const problem of problems) {
    expect.soft(problem).toMatch(fault.says as RegExp);
    if (fault.hasNoOutput !== true) expect.soft(problem).toMatch(/\ndeploytrack: hint: .|; expected ./);
  }
  expect.soft(end.stdout + end.stderr, what).not.toMatch(/internal error|^\s+at .*:\d+/m);
  expect.soft(tookMs, what).toBeLessThan(boundMs);
  return marks;
}

/** A command that waits for the gateway ends with SIGTERM. */
async function checkSignal(place: Place, gateway: FaultyGateway): Promise<void> {
  forgetBackOff(place.ledger);
  const asked = gateway.requests.length;
  const child = place.spawn(['push', '--wait', '5m', '--gateway-timeout', '5m'], true);
  const ended = endOf(child);
  await eventually(() => (gateway.requests.length > asked ? true : undefined), { what: 'request' });
  child.kill('SIGTERM');
  expect.soft((await ended).signal).toBe('SIGTERM');
}

/** Everything that waited is imported and pushed, without a word. */
async function recovered(place: Place, printed: string): Promise<void> {
  const file = join(place.program.folder, 'printed');
  if (printed !== '') {
    writeFileSync(file, printed);
    await finished(place, { isFaulty: false }, ['import', file]);
  }
  const pushed = await finished(place, { isFaulty: false }, ['push']);
  expect.soft(pushed).toEqual({ code: 0, signal: null, stdout: '', stderr: '' });
}

function checkNothingLost(place: Place, ran: readonly Column[]): void {
  expect.soft(place.rows('PRAGMA integrity_check')).toEqual([{ integrity_check: 'ok' }]);
  const backwards = 'SELECT stage FROM deployment_stages WHERE NOT duration_seconds BETWEEN 0 AND 600';
  expect.soft(place.rows(backwards)).toEqual([]);
  const kept = ran.map((column) => [column, place.rows(leaves[column] ?? 'SELECT 1').length]);
  expect.soft(kept).toEqual(ran.map((column) => [column, 1]));
}

async function checkGateway(
  gateway: FaultyGateway,
  { name, ran }: { name: string; ran: readonly Column[] },
): Promise<void> {
  const { value } = gatewayQueries(gateway.url);
  const found: Record<string, number | undefined> = {};
  for (const column of ran) {
    const [whose, family, labels] = counts[column] ?? [];
    if (whose !== undefined && family !== undefined)
      found[column] = await value(family, { deployment: `${name}-${whose}`, ...labels });
  }
  expect.soft(found).toEqual(Object.fromEntries(Object.keys(found).map((column) => [column, 1])));
}

/**
 * What a row may leave in its folder: the ledger with its journals and the notes of a failed attempt next to it, and what
 * the test itself made.
 */
const journal = 'deploytrack-deployments\\.db-[0-9a-f]+\\.journal';
const expected = [
  'tmp|printed|resolv\\.conf|(noLocks|yesterday)\\.(c|so)',
  `runtime[^/]*|runtime/(deploytrack-[0-9]+/)?(${journal})|runtime/deploytrack-[0-9]+`,
  'state|disk|(state|disk)/deployments\\.db(-shm|-wal|\\.journal|\\.locked)?',
].join('|');

/** No temporary file and no process: every process of the row has its HOME. */
async function checkNothingLeft(place: Place): Promise<void> {
  const { folder } = place.program;
  // In the place, because a disk of its own is mounted only there.
  place.shell(`! find . -mindepth 1 | grep -vE '^\\./(${expected})$' >&2`);
  const isOurs = (pid: string) => {
    try {
      return readFileSync(`/proc/${pid}/environ`, 'latin1').includes(`HOME=${folder}\0`);
    } catch {
      return false; // it has ended
    }
  };
  const left = () => readdirSync('/proc').filter((name) => /^\d+$/.test(name) && isOurs(name));
  await eventually(() => (left().length === 0 ? true : undefined), { what: 'end of all processes' });
}

async function finished(
  place: Place,
  { isFaulty, stdin }: { isFaulty: boolean; stdin?: string | undefined },
  words: readonly string[],
): Promise<ProgramEnd> {
  const child = place.spawn(words, isFaulty);
  child.stdin?.on('error', () => {});
  child.stdin?.end(stdin ?? '');
  return endOf(child);
}

/** Our lines on stderr, and what is left: the wrapped command's own. */
function partsOf(stderr: string): { rest: string; problems: string[]; marks: string } {
  const problems = stderr.match(/^deploytrack: (?:warning|error): .*\n(?:deploytrack: hint: .*\n)?/gm) ?? [];
  const marks = stderr.match(/^deploytrack-mark: .*\n/gm) ?? [];
  const rest = [...problems, ...marks].reduce((text, part) => text.replace(part, ''), stderr);
  return { rest, problems, marks: marks.join('') };
}
