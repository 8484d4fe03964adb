import { optionalText } from '../cli/define/arguments.ts';
import { defineCommand } from '../cli/define/command.ts';
import { flag } from '../cli/define/kinds.ts';
import { whoTriggers } from '../deployments/startFacts.ts';
import { DeploytrackError } from '../errors.ts';
import { freezeJson, scopeOf } from '../gate/freezeText.ts';
import { type Freeze, freezesInForce, thaw } from '../ledger/gate/freezes.ts';
import { isoTime } from '../model.ts';
import { redact } from '../redact.ts';
import { asciiJson } from '../report/json.ts';
import { endCommand } from '../session/openSession.ts';
import type { Session } from '../session.ts';
import { shellArgument } from '../text/shellArgument.ts';
import { visible } from '../text/visible.ts';

/** `gate thaw`: ends a freeze by its ID, or all freezes of exactly the given scope. Exit 1 if there is none. */
export const command = defineCommand({
  name: 'gate thaw',
  after: 'gate freeze',
  summary: 'end a freeze of `gate freeze`',
  group: 'script',
  examples: ['deploytrack gate thaw 20261223T170000Z-262f087e', 'deploytrack gate thaw --deployment gateway'],
  args: {
    freeze: optionalText({ help: 'ID of the freeze; without it all with the same names as this command' }),
  },
  options: { json: flag({ help: 'print one line of JSON' }) },
  settings: ['triggered-by', 'deployment', 'environment', 'ledger', 'warnings'],
  exits: { '0': 'ended', '1': 'there is no such freeze, or it could not be stored' },
  policy: { onWrongSetting: 'usage-error', onDisabled: 'run', migrates: true, ledger: 'looks' },
  run: async (session: Session, { freeze: freezeId, json }) => {
    const { context, settings, store } = session;
    const now = isoTime(context.instant().wallMs);
    const scope = { deployment: settings.text('deployment'), environment: settings.text('environment') };
    const who = whoTriggers(session);
    const by = who === null ? null : redact(who);
    const { thawed, others } = await store.write((database) => {
      const done = thaw(database, { freezeId, scope, now, by });
      return { thawed: done, others: freezesInForce(database, now) };
    });
    if (thawed.length === 0) throw noFreeze(freezeId ?? scopeOf(scope), others);
    const lines = thawed.map((one) => visible(`${one.freezeId}: ended for ${scopeOf(one)}`));
    context.stdout.write(json ? `${asciiJson(thawed.map(freezeJson))}\n` : `${lines.join('\n')}\n`);
    return endCommand(session, { code: 0 });
  },
});

const mostNamed = 3;

function noFreeze(what: string, others: readonly Freeze[]): DeploytrackError {
  const [first] = others;
  const named = others.slice(0, mostNamed).map((one) => `${one.freezeId} (${scopeOf(one)})`);
  return new DeploytrackError({
    code: 'UNKNOWN_ID',
    message: `no freeze in force for ${what}${first === undefined ? '' : `; in force: ${named.join(', ')}`}`,
    hint:
      first === undefined
        ? 'run `deploytrack gate` to see what freezes a deployment'
        : `run \`deploytrack gate thaw ${shellArgument(first.freezeId)}\` to end that one`,
  });
}
