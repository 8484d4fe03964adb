import { mayNotLast, relativeSetting } from '../../session/openSession.ts';
import { ledgerPath } from '../../settings/ledgerPath.ts';
import type { Check } from '../check.ts';
import { type Finding, wrong } from '../finding.ts';

export const place: Check = {
  name: 'place',
  title: 'whether the ledger has a place that lasts',
  find: ({ session: { context, settings } }) => {
    const { kind, path } = ledgerPath(context, settings);
    const doubts = [
      { warning: kind === 'temporary' ? mayNotLast(path) : null, meaning: 'its rows may be lost' },
      { warning: relativeSetting(settings), meaning: 'marks of one deployment may go to several ledgers' },
    ];
    return doubts.flatMap(({ warning, meaning }): Finding[] =>
      warning === null ? [] : [wrong({ message: warning.message, meaning, fix: warning.hint ?? '' })],
    );
  },
};
