import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import type { Context } from '../../context.ts';
import type { ProcessIdentity } from '../../marks.ts';
import { identify } from '../../processes.ts';
import type { Session } from '../../session.ts';
import { createProbe } from '../attempt.ts';
import { appendAttempts } from '../attemptFile.ts';
import { runBackgroundProber } from '../backgroundProber.ts';
import { type ProbeTarget, parseTarget } from '../target.ts';
import { probeHeaders } from '../verification/probeHeaders.ts';
import { backgroundProberCommand, probeFilePrefix } from './ownProber.ts';

/** Upper limit for a background prober, whatever happened to its script. */
const longestMs = 600_000;

/**
 * Starts a background prober that `phase end cutover` or `finish` stops. The first attempt is made here, so that it is
 * before the cutover. Its target goes through a pipe: headers may be secrets. Throws a usage error for an invalid URL.
 */
export async function spawnBackgroundProber(
  session: Session,
  { url, intervalMs }: { url: string; intervalMs: number },
): Promise<{ process: ProcessIdentity; file: string } | null> {
  const { context } = session;
  const target = parseTarget({ url, headers: await probeHeaders(session, []) });
  const file = join(context.temporaryFolder(), `${probeFilePrefix}${context.uniqueId()}`);
  try {
    closeSync(openSync(file, 'wx', 0o600));
  } catch (error) {
    session.warnings.push({
      code: 'PROBE',
      message: `cannot start a prober: ${error instanceof Error ? error.message : error}`,
      failed: 'recording',
    });
    return null;
  }
  const child = spawn(context.program.node, [context.program.script, backgroundProberCommand], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
    cwd: '/',
    env: { ...context.env, DEPLOYTRACK_DISABLED: '' },
    windowsHide: true,
  });
  child.on('error', () => {});
  child.stdin.on('error', () => {});
  child.stdin.end(JSON.stringify({ target, intervalMs, file }));
  child.unref();
  const first = await createProbe(context, { ...target, expectStatus: '2xx' })(
    Math.min(1000, Math.max(intervalMs, 100)),
  );
  appendAttempts(file, [first]);
  return child.pid === undefined ? null : { process: identify(context, child.pid), file };
}

/** What the background process gets on its standard input. */
export interface ProberTask {
  readonly target: ProbeTarget;
  readonly intervalMs: number;
  readonly file: string;
}

/** The background process. */
export async function runAsBackgroundProber(context: Context, task: ProberTask): Promise<number> {
  await runBackgroundProber(context, { ...task, maxMs: longestMs });
  return 0;
}
