import { printBacktest } from '../backtest/printBacktest.ts';
import { defineCommand } from '../cli/define/command.ts';
import { age, duration, flag, folder, list, text, url } from '../cli/define/kinds.ts';
import { ofReading } from '../cli/define/settingLists.ts';
import { usageError } from '../errors.ts';
import { type ChosenThresholds, chosenThresholds } from '../monitoring/rules/chosenThresholds.ts';
import { alertsFile, recordingGroups } from '../monitoring/rules/groups.ts';
import { rulesMixin, rulesYaml } from '../monitoring/rules/render.ts';
import { outFolder } from '../report/output/outFolder.ts';
import { writeWhole } from '../report/output/writeWhole.ts';
import { endCommand } from '../session/openSession.ts';
import type { Session } from '../session.ts';
import { pageAddress } from '../settings/pageAddress.ts';

/**
 * `rules`: writes Prometheus rules; with `--backtest` shows when they would have fired, with `--drill` whether an alert
 * arrives. Exit 1 if it cannot.
 */
export const command = defineCommand({
  name: 'rules',
  after: 'serve',
  summary: 'write Prometheus rules, or show when they would have fired',
  group: 'set up',
  examples: ['deploytrack rules --out /etc/prometheus/rules', 'deploytrack rules --backtest 90d'],
  options: {
    out: folder({ help: 'folder for recording.yml and alerts.yml' }),
    runbookBase: url({
      help: 'page with the runbook, for runbook_url; with / at the end a page for each alert',
    }),
    mixin: flag({ help: 'also write mixin.libsonnet' }),
    set: list(
      text({
        value: 'alert=threshold',
        help: 'another threshold: HighDowntime=60s; with --environment for that one only',
      }),
    ),
    backtest: age({ help: 'replay the rules over the rows of the ledger: 90d' }),
    drill: text({ value: 'alert', help: 'raise a harmless copy of an alert until an Alertmanager has it' }),
    alertmanager: url({ help: 'with --drill: the Alertmanager that must get it' }),
    within: duration({ help: 'with --drill: how long to wait, at most 1h', default: '10m' }),
    json: flag({ help: 'with --backtest and --drill: print JSON' }),
  },
  settings: [...ofReading, 'gateway', 'instance'],
  exits: {
    '0': 'written or printed; with --drill: the Alertmanager had it',
    '1': 'cannot be written, or the ledger cannot be read; with --drill: it did not arrive in time or is suppressed',
  },
  policy: { onWrongSetting: 'usage-error', onDisabled: 'run' },
  run: async (session: Session, { out, runbookBase, mixin, set, backtestMs, json, drill, ...waiting }) => {
    if (drill !== null) {
      if (out !== null || runbookBase !== null || mixin || set.length > 0 || backtestMs !== null)
        throw usageError(
          '--drill cannot be used with --out, --runbook-base, --mixin, --set or --backtest',
          'run it alone',
        );
      const { printDrill } = await import('../doctor/drill/printDrill.ts');
      return endCommand(session, { code: await printDrill(session, { alert: drill, json, ...waiting }) });
    }
    if (waiting.alertmanager !== null)
      throw usageError(
        '--alertmanager can only be used with --drill',
        'use for example `--drill DeploymentFailed`',
      );
    const periodMs = notNothing(backtestMs);
    const chosen = chosenOf(session, set);
    const runbook = pageAddress(runbookBase, '--runbook-base');
    if (out === null && periodMs === null)
      throw usageError(
        'rules: missing --out or --backtest, or --drill',
        'run `deploytrack rules --out <dir>` to write the rules, or `deploytrack rules --backtest 90d` to see when they would have fired',
      );
    const withFiles = mixin ? '--mixin' : runbookBase === null ? '--out' : '--runbook-base';
    if (out === '' || (out === null && withFiles !== '--out'))
      throw usageError(
        `missing folder: ${withFiles} needs a folder to write to`,
        'use for example `--out rules`',
      );
    if (periodMs === null && json)
      throw usageError(
        '--json can only be used with --backtest or --drill',
        'omit --json: the rules are written as YAML',
      );
    if (out !== null) await writeRules(session, { folder: outFolder(out), chosen, mixin, runbook });
    if (periodMs !== null) await printBacktest(session, { json, periodMs, chosen });
    return endCommand(session, { code: 0 });
  },
});

function notNothing(periodMs: number | null): number | null {
  if (periodMs === null || periodMs > 0) return periodMs;
  throw usageError('--backtest: the period is empty', 'use for example 90d');
}

/** Only the environment from the command line: a setting of the host must not change the rules. */
function chosenOf({ settings }: Session, set: readonly string[]): ChosenThresholds {
  const environment = settings.given('environment');
  if (environment !== null && set.length === 0)
    throw usageError(
      '--environment can only be used with --set',
      'use for example `--set HighDowntime=60s --environment staging`',
    );
  return chosenThresholds(set, environment);
}

async function writeRules(
  { context }: Session,
  {
    folder,
    chosen,
    mixin,
    runbook,
  }: { folder: string; chosen: ChosenThresholds; mixin: boolean; runbook: string | null },
): Promise<void> {
  const [alerts, recording] = [alertsFile(chosen, runbook ?? undefined), recordingGroups()];
  const files = {
    'recording.yml': rulesYaml(recording),
    'alerts.yml': rulesYaml(alerts),
    ...(mixin ? { 'mixin.libsonnet': rulesMixin({ alerts, rules: recording }) } : {}),
  };
  for (const [name, content] of Object.entries(files)) await writeWhole(context, { folder, name, content });
}
