import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DeploytrackError, usageError } from '../errors.ts';
import { type ChosenFigures, chosenFigures } from '../monitoring/rules/chosenFigures.ts';
import { alertingGroups, recordingGroups } from '../monitoring/rules/groups.ts';
import { rulesMixin, rulesYaml } from '../monitoring/rules/render.ts';
import type { Session } from '../session.ts';
import { durationMs, flag, type Invocation, text } from '../words/invocation.ts';
import { endCommand } from './endCommand.ts';
import { printBacktest } from './reading/printBacktest.ts';

/** `rules`: writes the rules for Prometheus; with `--backtest` prints when they would have fired. Exit 1 where it cannot. */
export async function rules(session: Session, invocation: Invocation): Promise<number> {
  const out = text(invocation, 'out');
  const periodMs = durationMs(invocation, 'backtest');
  const chosen = chosenOf(invocation);
  if (out === null && periodMs === null)
    throw usageError(
      'rules needs a folder to write to',
      '`deploytrack rules --out <dir>` writes the rules, `deploytrack rules --backtest 90d` tells when they would have fired',
    );
  if (out === null && flag(invocation, 'mixin'))
    throw usageError('--mixin needs a folder to write to', '`deploytrack rules --out <dir> --mixin`');
  if (out !== null) writeRules(session, { folder: out, chosen, mixin: flag(invocation, 'mixin') });
  if (periodMs !== null) await printBacktest(session, { invocation, periodMs, chosen });
  return endCommand(session, { code: 0 });
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

/** Whole files: a Prometheus that reloads meanwhile reads the old one or the new one. */
function writeRules(
  { context }: Session,
  { folder, chosen, mixin }: { folder: string; chosen: ChosenFigures; mixin: boolean },
): void {
  const [alerts, recording] = [alertingGroups(chosen), recordingGroups()];
  const files = {
    'recording.yml': rulesYaml(recording),
    'alerts.yml': rulesYaml(alerts),
    ...(mixin ? { 'mixin.libsonnet': rulesMixin({ alerts, rules: recording }) } : {}),
  };
  for (const [name, content] of Object.entries(files)) {
    const path = join(folder, name);
    const temporary = join(folder, `.${name}.${context.pid}`);
    try {
      mkdirSync(folder, { recursive: true });
      writeFileSync(temporary, content);
      renameSync(temporary, path);
    } catch (cause) {
      rmSync(temporary, { force: true });
      const message = `${path} cannot be written: ${(cause as Error).message}`;
      throw new DeploytrackError({ code: 'REFUSED', message, cause });
    }
    context.stderr.write(`deploytrack: wrote ${path}\n`);
  }
}
