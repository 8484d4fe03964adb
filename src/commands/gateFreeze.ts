import { defineCommand } from '../cli/define/command.ts';
import { flag, text } from '../cli/define/kinds.ts';
import { whoTriggers } from '../deployments/startFacts.ts';
import { parseDurationMs, parseTimeMs } from '../duration.ts';
import { usageError } from '../errors.ts';
import { freezeJson, scopeOf } from '../gate/freezeText.ts';
import { addFreeze, type Freeze } from '../ledger/gate/freezes.ts';
import { amountLimits, isFreeText, isoTime, newDeploymentId } from '../model.ts';
import { randomHex } from '../randomHex.ts';
import { redact } from '../redact.ts';
import { asciiJson } from '../report/json.ts';
import { endCommand } from '../session/openSession.ts';
import type { Session } from '../session.ts';
import { visible } from '../text/visible.ts';

/** `gate freeze`: from now on `gate` refuses, until a time or `gate thaw`. */
export const command = defineCommand({
  name: 'gate freeze',
  after: 'gate',
  summary: 'freeze deployments until a time',
  group: 'script',
  examples: [
    "deploytrack gate freeze --until 2026-12-27 --reason 'Christmas sale'",
    "deploytrack gate freeze --deployment gateway --until 4h --reason 'incident 71'",
  ],
  options: {
    until: text({ value: 'time', help: 'a time, ISO 8601, or how long from now: 4h, 2d' }),
    reason: text({ value: 'text', help: 'why, in 1 to 200 characters' }),
    json: flag({ help: 'print one line of JSON' }),
  },
  settings: ['triggered-by', 'deployment', 'environment', 'ledger', 'warnings'],
  exits: { '0': 'frozen from now on', '1': 'the freeze could not be stored' },
  policy: { onWrongSetting: 'usage-error', onDisabled: 'run', migrates: true, ledger: 'begins' },
  run: async (session: Session, { until, reason, json }) => {
    const { context, settings, store } = session;
    const { wallMs } = context.instant();
    const by = whoTriggers(session);
    const freeze: Freeze = {
      freezeId: newDeploymentId(wallMs, randomHex(4)),
      createdAt: isoTime(wallMs),
      deployment: settings.text('deployment'),
      environment: settings.text('environment'),
      until: isoTime(untilMs(until, wallMs)),
      reason: redact(givenReason(reason)),
      setBy: by === null ? null : redact(by),
    };
    await store.write((database) => addFreeze(database, freeze));
    const { freezeId } = freeze;
    const ends = `to end it: deploytrack gate thaw ${freezeId}`;
    context.stdout.write(
      json
        ? `${asciiJson(freezeJson(freeze))}\n`
        : `${visible(`${freezeId}: ${scopeOf(freeze)} is frozen until ${freeze.until}`)}\n${ends}\n`,
    );
    return endCommand(session, { code: 0 });
  },
});

function givenReason(reason: string | null): string {
  if (reason !== null && isFreeText(reason) && reason.trim() !== '') return reason;
  throw usageError(
    reason === null ? 'missing --reason' : 'invalid text for --reason; expected 1 to 200 characters',
    "use --reason '<why>'",
  );
}

/** In the future, and at most as far away as an age may be. */
function untilMs(until: string | null, nowMs: number): number {
  const ways = 'use a time, 2026-12-27T08:00:00+01:00, or how long from now, 4h';
  if (until === null) throw usageError('missing --until', ways);
  const lengthMs = parseDurationMs(until);
  const ms = lengthMs === null ? parseTimeMs(until) : Math.round(nowMs + lengthMs);
  const said = JSON.stringify(until.slice(0, 80));
  if (ms === null) throw usageError(`invalid time ${said} for --until; expected a time or a duration`, ways);
  if (ms <= nowMs) throw usageError(`invalid time ${said} for --until; expected a time in the future`, ways);
  if (ms - nowMs > amountLimits.ageMs.max)
    throw usageError(
      `invalid time ${said} for --until; expected at most ${amountLimits.ageMs.max / 86_400_000}d from now`,
      ways,
    );
  return ms;
}
