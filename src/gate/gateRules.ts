import { gateRuleOptions } from '../cli/define/gateOptions.ts';
import type { Values } from '../cli/define/option.ts';
import { optionName, readInput } from '../cli/define/readInput.ts';
import { DeploytrackError, usageError } from '../errors.ts';
import type { Unread } from '../ledger/gate/gateRows.ts';
import type { Session } from '../session.ts';
import { whatIsWrong } from '../settings/check.ts';
import { type AlertFilter, alertFilter } from './alertFilter.ts';
import { type FreezeWindow, parseWindows } from './windows/parseWindow.ts';

/** The rules as they are given. */
export type GivenRules = Values<typeof gateRuleOptions>;

/** The rules, read. `unread`: those that cannot be. */
export interface GateRules extends Omit<GivenRules, 'freeze' | 'alerts'> {
  readonly windows: readonly FreezeWindow[];
  readonly alerts: AlertFilter;
  readonly unread: readonly Unread[];
}

/** For `start` and `run`: from variables and the settings file. */
export function storedRules({ settings }: Session): GivenRules {
  return readInput(
    { name: 'gate', args: {}, options: gateRuleOptions },
    { name: 'gate', options: {}, operands: [], wrapped: [] },
    (name) => settings.ofOption(name)?.text ?? null,
  ) as unknown as GivenRules;
}

/**
 * Throws a usage error for an invalid option, and with `strictly` for any invalid value. Otherwise that rule cannot be
 * read: without it a gate could be open that is to be closed.
 */
export function readRules(
  session: Session,
  { freeze, alerts, prometheus, alertmanager, ...given }: GivenRules,
  { strictly }: { strictly: boolean },
): GateRules {
  const unread: Unread[] = notRead(session);
  const tryTo = <Result>(name: string, read: (source: string) => Result, otherwise: Result): Result => {
    const setting = session.settings.options[name] === undefined ? session.settings.ofOption(name) : null;
    try {
      return read(setting?.source ?? `--${name}`);
    } catch (error) {
      if (strictly || !(error instanceof DeploytrackError)) throw error;
      unread.push({ source: 'settings', problem: error.message, hint: error.hint });
      return otherwise;
    }
  };
  const windows = tryTo('freeze', (source) => parseWindows(freeze, source), []);
  const filter = tryTo('alerts', (source) => alertFilter(alerts, source), null);
  return {
    ...given,
    windows,
    alerts: filter,
    prometheus: tryTo('prometheus', (source) => checkedUrl(prometheus, source), null),
    alertmanager: tryTo('alertmanager', (source) => checkedUrl(alertmanager, source), null),
    unread,
  };
}

/** Throws a usage error; the value is not shown, since it may hold a password. */
function checkedUrl(address: string | null, source: string): string | null {
  const problem = address === null ? null : whatIsWrong('url', address);
  if (problem === null) return address;
  throw usageError(`${problem.wrong} for ${source}; expected http://host:9090 or https://…, without ? and #`);
}

/** Settings files that were not read, and values that count as not set: a rule may have been in them. */
function notRead({ settings }: Session): Unread[] {
  const invalid = Object.keys(gateRuleOptions)
    .map(optionName)
    .filter((name) => settings.isInvalid(name));
  const values = invalid.map((name) => `the value of ${name} is invalid`);
  return [...settings.fileProblems.map(({ message }) => message), ...values].map((problem) => ({
    source: 'settings',
    problem,
  }));
}

/** A hotfix has a name, and one that was given: not that of the account of a runner. */
export function hotfixBy({ settings }: Session, hotfix: string | null): string | null {
  const by = settings.text('triggered-by');
  if (hotfix === null) return by;
  if (hotfix.trim() === '')
    throw usageError('missing reason for --hotfix', "use --hotfix '<reason>' --triggered-by <name>");
  if (by !== null && by.trim() !== '') return by;
  throw usageError('missing name for --hotfix', 'use --triggered-by <name>, or set DEPLOYTRACK_TRIGGERED_BY');
}
