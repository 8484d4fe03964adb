import { mayNotLast, relativeSetting } from '../../session/openSession.ts';
import { ledgerPath } from '../../settings/ledgerPath.ts';
import { typedPath } from '../../text/shellArgument.ts';
import type { Check } from '../check.ts';
import { wrong } from '../finding.ts';
import { withLedgerCommand } from '../ledgerCommand.ts';

export const place: Check = {
  name: 'place',
  title: 'whether the ledger has a place that lasts',
  find: ({ session: { context, settings } }) => {
    const { kind, path } = ledgerPath(context, settings);
    const { message, hint = '' } = mayNotLast(path);
    const relative = relativeSetting(settings);
    return [
      ...(kind === 'temporary'
        ? [wrong({ message, meaning: 'its rows may be lost', fix: withLedgerCommand(hint) })]
        : []),
      ...(relative === null
        ? []
        : [
            wrong({
              message: relative.message,
              meaning: 'marks of one deployment may go to several ledgers',
              fix: `${relative.hint}: run \`export DEPLOYTRACK_LEDGER=${typedPath(path)}\``,
            }),
          ]),
    ];
  },
};
