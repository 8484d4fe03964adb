import { usageError } from '../errors.ts';
import { type ChosenFigures, chosenFigures } from '../monitoring/rules/chosenFigures.ts';
import { alertingGroups, recordingGroups } from '../monitoring/rules/groups.ts';
import { rulesMixin, rulesYaml } from '../monitoring/rules/render.ts';
import type { Session } from '../session.ts';
import { durationMs, flag, type Invocation, text } from '../words/invocation.ts';
import { endCommand } from './endCommand.ts';
import { printBacktest } from './reading/printBacktest.ts';
import { outFolder } from './writing/outFolder.ts';
import { writeWhole } from './writing/writeWhole.ts';

/** `rules`: writes the rules for Prometheus; with `--backtest` prints when they would have fired. Exit 1 where it cannot. */
export async function rules(session: Session, invocation: Invocation): Promise<number> {
  const folder = text(invocation, 'out');
  const periodMs = backtestMs(invocation);
  const chosen = chosenOf(invocation);
  const mixin = flag(invocation, 'mixin');
  if (folder === null && periodMs === null)
    throw usageError(
      'rules needs a folder to write to',
      '`deploytrack rules --out <dir>` writes the rules, `deploytrack rules --backtest 90d` tells when they would have fired',
    );
  if (folder === '' || (folder === null && mixin))
    throw usageError(
      `${mixin ? '--mixin' : '--out'} needs a folder to write to`,
      'expected for example `--out rules`',
    );
  if (periodMs === null && flag(invocation, 'json'))
    throw usageError('--json is for --backtest', 'the rules are written as YAML');
  if (folder !== null) await writeRules(session, { folder: outFolder(folder), chosen, mixin });
  if (periodMs !== null) await printBacktest(session, { invocation, periodMs, chosen });
  return endCommand(session, { code: 0 });
}

function backtestMs(invocation: Invocation): number | null {
  const periodMs = durationMs(invocation, 'backtest');
  if (periodMs === null || periodMs > 0) return periodMs;
  throw usageError('--backtest: a period of nothing', 'expected for example 90d');
}

/** The environment of the command line alone: a setting of the host must not change what the rules say. */
function chosenOf(invocation: Invocation): ChosenFigures {
  const given = invocation.options.set;
  const environment = text(invocation, 'environment');
  if (environment !== null && given === undefined)
    throw usageError(
      '--environment says to which environment --set applies',
      'for example `--set HighDowntime=60s --environment staging`',
    );
  return chosenFigures(Array.isArray(given) ? given : [], environment);
}

async function writeRules(
  { context }: Session,
  { folder, chosen, mixin }: { folder: string; chosen: ChosenFigures; mixin: boolean },
): Promise<void> {
  const [alerts, recording] = [alertingGroups(chosen), recordingGroups()];
  const files = {
    'recording.yml': rulesYaml(recording),
    'alerts.yml': rulesYaml(alerts),
    ...(mixin ? { 'mixin.libsonnet': rulesMixin({ alerts, rules: recording }) } : {}),
  };
  for (const [name, content] of Object.entries(files)) await writeWhole(context, { folder, name, content });
}
