import { of } from '../mutation.ts';

const stories = ['test/gate/gate.test.ts'];
const servers = ['test/gate/servers.test.ts'];

/** What freezes deployments, and what passes. */
export const gate = [
  ...of('src/gate/decide.ts', [
    {
      find: "passed: rules.onError === 'pass'",
      replace: 'passed: true',
      tests: stories,
      why: 'a gate that cannot read a rule is open',
    },
    {
      find: 'return isOpen && isSame ?',
      replace: 'return isOpen ?',
      tests: stories,
      why: 'a deployment in progress passes another one through the gate',
    },
    {
      find: 'known.length === 0 || known.length < ends.length',
      replace: 'known.length === 0',
      tests: servers,
      why: 'a freeze without a known end is said to end',
    },
  ]),
  ...of('src/gate/rules/budget.ts', [
    {
      find: 'if (used < errorBudget)',
      replace: 'if (used <= errorBudget)',
      tests: stories,
      why: 'one failure more than the budget is needed to freeze',
    },
    {
      find: 'if (left < budget)',
      replace: 'if (left <= budget)',
      tests: stories,
      why: 'a freeze is said to end too early',
    },
  ]),
  ...of('src/gate/openLedger.ts', [
    {
      find: 'unread: [...invalidRows(wrong), ...marksWaiting(waiting)]',
      replace: 'unread: marksWaiting(waiting)',
      tests: stories,
      why: 'a freeze whose row is invalid does not freeze',
    },
    {
      find: 'unread: [unreadLedger(error, store.options.ledgerPath)]',
      replace: 'unread: []',
      tests: ['test/gate/mended.test.ts'],
      why: 'a damaged page of the ledger opens the gate',
    },
  ]),
  ...of('src/gate/windows/zone.ts', [
    {
      find: '.filter((at) => zone.wallMsAt(at - secondMs) < wall)',
      replace: '',
      tests: ['test/gate/windows.test.ts'],
      only: 'Berlin',
      why: 'a window that ends when clocks are set back lasts an hour longer',
    },
  ]),
  ...of('src/gate/rules/fleetRules.ts', [
    {
      find: "name !== '' && value >= 0",
      replace: "name !== ''",
      tests: servers,
      why: 'a number that is none opens the gate',
    },
  ]),
  ...of('src/gate/rules/alertRule.ts', [
    {
      find: '(environment === undefined || environment === site.environment)',
      replace: 'true',
      tests: servers,
      why: 'an alert of staging freezes production',
    },
  ]),
  ...of('src/ledger/gate/freezes.ts', [
    {
      find: "'thawed_at IS NULL AND until > @now'",
      replace: "'until > @now'",
      tests: stories,
      why: 'a freeze that was ended still freezes',
    },
  ]),
];
