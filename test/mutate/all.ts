import { accounts } from './changes/accounts.ts';
import { child } from './changes/child.ts';
import { delivery } from './changes/delivery.ts';
import { durability } from './changes/durability.ts';
import { files } from './changes/files.ts';
import { gate } from './changes/gate.ts';
import { gateway } from './changes/gateway.ts';
import { journal } from './changes/journal.ts';
import { rollbacks } from './changes/rollbacks.ts';
import { server } from './changes/server.ts';
import { totals } from './changes/totals.ts';
import { verdicts } from './changes/verdicts.ts';
import { words } from './changes/words.ts';
import type { Mutation } from './mutation.ts';

/** Every mutation, by the promise that it breaks. */
export const groups: readonly { readonly about: string; readonly mutations: readonly Mutation[] }[] = [
  { about: 'on disk when acknowledged', mutations: durability },
  { about: 'journals and imports', mutations: journal },
  { about: 'delivery to the gateway', mutations: [...delivery, ...gateway] },
  { about: 'totals', mutations: totals },
  { about: 'status, downtime, clocks, processes', mutations: verdicts },
  { about: 'automatic rollback, verdict on phases', mutations: rollbacks },
  { about: 'the wrapped command, exit codes, outputs', mutations: child },
  { about: 'files and links of others', mutations: [...files, ...accounts] },
  { about: 'secrets and words of others', mutations: words },
  { about: 'the server', mutations: server },
  { about: 'the gate', mutations: gate },
];

export const mutations: readonly Mutation[] = groups.flatMap((group) => group.mutations);
