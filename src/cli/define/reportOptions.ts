import { deploymentStatuses } from '../../model.ts';
import { choice, flag, freeText, maybe, since } from './kinds.ts';

/** The options of commands that print rows. */
export const json = flag({ help: 'short for --format json' });

export const tableFormat = choice({
  value: 'format',
  choices: ['table', 'json', 'csv', 'markdown'],
  default: 'table',
  help: 'table, json, csv or markdown',
});
/** The source of the rows. */
export const fromStore = maybe({
  value: 'url',
  help: 'read the central store at this URL (or DEPLOYTRACK_STORE_URL)',
});

export const onHost = freeText({ value: 'name', help: 'only deployments on this host' });

export const filterOptions = {
  since: since({ help: 'a time, or how long ago: 2026-01-14, 7d' }),
  status: choice({
    value: 'status',
    choices: deploymentStatuses,
    help: 'in-progress, success, warning or failed',
  }),
  host: onHost,
  format: tableFormat,
  json,
};
