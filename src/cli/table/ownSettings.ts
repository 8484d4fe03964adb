// Made by scripts/commandTables.mjs from the records in src/commands/. Do not edit.
import type { OwnSetting } from '../define/ownSetting.ts';

export const ownSettings: readonly OwnSetting[] = [
  {"name":"freeze","type":"text","value":"window","variable":"DEPLOYTRACK_FREEZE","help":"freeze in: 'Fri 16:00-Mon 08:00 UTC'","repeatable":true},
  {"name":"error-budget","type":"number","value":"n","min":0.5,"max":1000,"default":"1","variable":"DEPLOYTRACK_ERROR_BUDGET","help":"failed deployments allowed"},
  {"name":"budget-period","type":"choice","value":"period","choices":["30d","month","off"],"default":"30d","variable":"DEPLOYTRACK_BUDGET_PERIOD","help":"period of the budget: 30d, month, off"},
  {"name":"min-deployments","type":"integer","value":"n","min":1,"max":100000,"default":"10","variable":"DEPLOYTRACK_MIN_DEPLOYMENTS","help":"a smaller number never freezes"},
  {"name":"success-rate","type":"number","value":"n","min":0,"max":1,"default":"0.95","variable":"DEPLOYTRACK_SUCCESS_RATE","help":"minimum for the last hour; 0: off"},
  {"name":"failed-migration","type":"choice","value":"what","choices":["freeze","ignore"],"default":"freeze","variable":"DEPLOYTRACK_FAILED_MIGRATION","help":"freeze or ignore"},
  {"name":"prometheus","type":"url","value":"url","variable":"DEPLOYTRACK_PROMETHEUS","help":"judge its counters and alerts, not the ledger"},
  {"name":"alertmanager","type":"url","value":"url","variable":"DEPLOYTRACK_ALERTMANAGER","help":"judge its alerts"},
  {"name":"alerts","type":"text","value":"which","default":"critical","variable":"DEPLOYTRACK_ALERTS","help":"critical, high, names or off"},
  {"name":"on-error","type":"choice","value":"what","choices":["block","pass"],"default":"block","variable":"DEPLOYTRACK_ON_ERROR","help":"unreadable rules: block or pass"},
];
