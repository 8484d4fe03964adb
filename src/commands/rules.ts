import { printBacktest } from '../backtest/printBacktest.ts';
import { defineCommand } from '../cli/define/command.ts';
import { age, flag, folder, list, text } from '../cli/define/kinds.ts';
import { ofReading } from '../cli/define/settingLists.ts';
import { usageError } from '../errors.ts';
import { type ChosenThresholds, chosenThresholds } from '../monitoring/rules/chosenThresholds.ts';
import { alertingGroups, recordingGroups } from '../monitoring/rules/groups.ts';
import { rulesMixin, rulesYaml } from '../monitoring/rules/render.ts';
import { outFolder } from '../report/output/outFolder.ts';
import { writeWhole } from '../report/output/writeWhole.ts';
import { endCommand } from '../session/endCommand.ts';
import type { Session } from '../session.ts';

/** `rules`: writes the rules for Prometheus; with `--backtest` prints when they would have fired. Exit 1 where it cannot. */
export const command = defineCommand({
  name: 'rules',
  after: 'serve',
  summary: 'write Prometheus rules, or show when they would have fired',
  group: 'set up',
  examples: ['deploytrack rules --out /etc/prometheus/rules', 'deploytrack rules --backtest 90d'],
  options: {
    out: folder({ help: 'folder for recording.yml and alerts.yml' }),
    mixin: flag({ help: 'also write mixin.libsonnet' }),
    set: list(
      text({
        value: 'alert=threshold',
        help: 'another threshold: HighDowntime=60s; with --environment for that one only',
      }),
    ),
    backtest: age({ help: 'replay the rules over the rows of the ledger: 90d' }),
    json: flag({ help: 'with --backtest: print JSON' }),
  },
  settings: ofReading,
  exits: { '0': 'written or printed', '1': 'cannot be written, or the ledger cannot be read' },
  policy: { onWrongSetting: 'usage-error', onDisabled: 'run' },
  run: async (session: Session, { out, mixin, set, backtestMs, json }) => {
    const periodMs = notNothing(backtestMs);
    const chosen = chosenOf(session, set);
    if (out === null && periodMs === null)
      throw usageError(
        'rules needs a folder to write to',
        '`deploytrack rules --out <dir>` writes the rules, `deploytrack rules --backtest 90d` tells when they would have fired',
      );
    if (out === '' || (out === null && mixin))
      throw usageError(
        `${mixin ? '--mixin' : '--out'} needs a folder to write to`,
        'expected for example `--out rules`',
      );
    if (periodMs === null && json)
      throw usageError('--json is for --backtest', 'the rules are written as YAML');
    if (out !== null) await writeRules(session, { folder: outFolder(out), chosen, mixin });
    if (periodMs !== null) await printBacktest(session, { json, periodMs, chosen });
    return endCommand(session, { code: 0 });
  },
});

function notNothing(periodMs: number | null): number | null {
  if (periodMs === null || periodMs > 0) return periodMs;
  throw usageError('--backtest: a period of nothing', 'expected for example 90d');
}

/** The environment of the command line alone: a setting of the host must not change what the rules say. */
function chosenOf({ settings }: Session, set: readonly string[]): ChosenThresholds {
  const environment = settings.given('environment');
  if (environment !== null && set.length === 0)
    throw usageError(
      '--environment says to which environment --set applies',
      'for example `--set HighDowntime=60s --environment staging`',
    );
  return chosenThresholds(set, environment);
}

async function writeRules(
  { context }: Session,
  { folder, chosen, mixin }: { folder: string; chosen: ChosenThresholds; mixin: boolean },
): Promise<void> {
  const [alerts, recording] = [alertingGroups(chosen), recordingGroups()];
  const files = {
    'recording.yml': rulesYaml(recording),
    'alerts.yml': rulesYaml(alerts),
    ...(mixin ? { 'mixin.libsonnet': rulesMixin({ alerts, rules: recording }) } : {}),
  };
  for (const [name, content] of Object.entries(files)) await writeWhole(context, { folder, name, content });
}
