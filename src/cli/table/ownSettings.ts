// Made by scripts/commandTables.mjs from the records in src/commands/. Do not edit.
import type { OwnSetting } from '../define/ownSetting.ts';

export const ownSettings: readonly OwnSetting[] = [
  {"name":"freeze","type":"text","value":"window","variable":"DEPLOYTRACK_FREEZE","help":"freeze in this window: 'Fri 16:00-Mon 08:00 UTC'","repeatable":true},
  {"name":"error-budget","type":"number","value":"n","min":0.5,"max":1000,"default":"1","variable":"DEPLOYTRACK_ERROR_BUDGET","help":"failed deployments that use up the budget"},
  {"name":"budget-period","type":"choice","value":"period","choices":["30d","month","off"],"default":"30d","variable":"DEPLOYTRACK_BUDGET_PERIOD","help":"30d, month or off"},
  {"name":"min-deployments","type":"integer","value":"n","min":1,"max":100000,"default":"10","variable":"DEPLOYTRACK_MIN_DEPLOYMENTS","help":"with fewer the budget does not freeze"},
  {"name":"success-rate","type":"number","value":"n","min":0,"max":1,"default":"0.95","variable":"DEPLOYTRACK_SUCCESS_RATE","help":"lowest success rate of the last hour; 0: off"},
  {"name":"failed-migration","type":"choice","value":"what","choices":["freeze","ignore"],"default":"freeze","variable":"DEPLOYTRACK_FAILED_MIGRATION","help":"freeze or ignore"},
  {"name":"prometheus","type":"url","value":"url","variable":"DEPLOYTRACK_PROMETHEUS","help":"judge its counters and alerts, not the ledger"},
  {"name":"alertmanager","type":"url","value":"url","variable":"DEPLOYTRACK_ALERTMANAGER","help":"judge its alerts"},
  {"name":"alerts","type":"text","value":"which","default":"critical","variable":"DEPLOYTRACK_ALERTS","help":"critical, high (and critical), names, or off"},
  {"name":"on-error","type":"choice","value":"what","choices":["block","pass"],"default":"block","variable":"DEPLOYTRACK_ON_ERROR","help":"block or pass if a rule cannot be read"},
];
