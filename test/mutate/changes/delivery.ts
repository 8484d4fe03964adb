import { of } from '../mutation.ts';

/** What is on the gateway never falls, never doubles, and costs a bounded delay. */
export const delivery = [
  ...of('src/ledger/push/deliveries.ts', [
    {
      find: 'AND (lease_until <= ? OR lease_until > ? OR lease_holder = ?)',
      replace: 'AND (lease_until >= 0 OR ? > ? OR lease_holder = ?)',
      tests: ['test/contract/deliveryState.test.ts'],
      why: 'two senders push at once, and the older text may come last',
    },
    {
      find: 'OR lease_holder = ?)',
      replace: 'OR lease_holder IS NOT ?)',
      tests: ['test/contract/deliveryState.test.ts'],
      why: 'a lease is taken from a sender that lives',
    },
    {
      find: "'UPDATE groups SET lease_until = ? WHERE id = ? AND lease_holder = ?'",
      replace: "'UPDATE groups SET lease_until = ? WHERE id = ? AND lease_holder IS NOT coalesce(?, 1)'",
      tests: ['test/contract/deliveryState.test.ts'],
      why: 'a sender that lost its lease goes on',
    },
    {
      find: '  if (isOurs) noteDelivered(database, sent);\n  else newSequence(database, groupId);',
      replace: '  noteDelivered(database, sent);',
      tests: ['test/contract/deliveryState.test.ts'],
      why: 'an older text on the gateway counts as the newest',
    },
    {
      find: 'SET delivered_seq = max(delivered_seq, ?)',
      replace: 'SET delivered_seq = ?',
      tests: ['test/contract/baselineRules.test.ts'],
      why: 'an earlier push that ends late makes a newer one unknown',
    },
    {
      find: 'export const longestPauseMs = 300_000;',
      replace: 'export const longestPauseMs = 3_000_000;',
      tests: ['test/contract/deliveryState.test.ts'],
      why: 'a gateway that is back is not used for most of an hour',
    },
    {
      find: 'retryAtMs <= nowMs || retryAtMs > nowMs + longestPauseMs',
      replace: 'retryAtMs <= nowMs',
      tests: ['test/contract/deliveryState.test.ts'],
      why: 'after the clock was set back nothing is pushed for years',
    },
    {
      find: 'untilMs <= nowMs || untilMs > nowMs + longestLeaseMs',
      replace: 'untilMs <= nowMs',
      tests: ['test/contract/baselineRules.test.ts'],
      why: 'after the clock was set back a lease never ends',
    },
    {
      find: 'return sequence(database, groupId).seq > seq;',
      replace: 'return false;',
      tests: ['test/contract/deliveryState.test.ts'],
      why: 'a mark during a push stays unpushed',
    },
    {
      find: 'SET delivered = @value - base WHERE',
      replace: 'SET delivered = @value WHERE',
      tests: ['test/contract/baselineRules.test.ts'],
      why: 'after a second baseline the counts of another ledger are counted twice',
    },
  ]),
  ...of('src/ledger/push/backOff.ts', [
    {
      find: 'if (!mayTry(database, { url, nowMs })) return;',
      replace: '',
      tests: ['test/contract/deliveryState.test.ts'],
      why: 'fifty marks that fail at once silence a gateway for five minutes',
    },
    {
      find: '2 ** (failures - 1)',
      replace: '2 ** failures',
      tests: ['test/contract/deliveryState.test.ts'],
      why: 'the first pause is twice as long as promised',
    },
    {
      find: 'AND (refused_url IS NOT ? OR refused_version IS NOT ?)',
      replace: 'AND (refused_url IS NOT ? OR refused_version IS ?)',
      tests: ['test/contract/baselineRules.test.ts'],
      why: 'a rejection is reported with every mark',
    },
  ]),
  ...of('src/ledger/push/baseline.ts', [
    {
      find: "'UPDATE totals SET base = -delivered WHERE group_id = ?'",
      replace: "'UPDATE totals SET base = base WHERE group_id = ?'",
      tests: ['test/contract/deliveryState.test.ts'],
      why: 'what the gateway no longer shows is counted on from its old value',
    },
    {
      find: 'ON CONFLICT DO UPDATE SET base = @value - delivered',
      replace: 'ON CONFLICT DO UPDATE SET base = @value',
      tests: ['test/contract/baselineRules.test.ts'],
      why: 'what was pushed before counts twice after a baseline',
    },
    {
      find: 'held.ledgerId !== ledgerId(database) || isAhead(database, { groupId, held })',
      replace: 'isAhead(database, { groupId, held })',
      tests: ['test/contract/baselineRules.test.ts'],
      why: 'the second runner of a CI starts its counters at zero again',
    },
    {
      find: 'if (events > seq + base) return true;',
      replace: '',
      tests: ['test/contract/baselineRules.test.ts'],
      why: 'after an older copy of the ledger was restored, counters fall',
    },
    {
      find: 'return value > (find.get(',
      replace: 'return value >= (find.get(',
      tests: ['test/contract/baselineRules.test.ts'],
      why: 'a push whose response was lost counts twice',
    },
    {
      find: 'if (labels.some((label) => Buffer.byteLength(label) >= shortestCutBytes)) return false;',
      replace: '',
      tests: ['test/contract/baselineRules.test.ts'],
      why: 'a long label makes the own group look like that of a newer ledger',
    },
  ]),
  ...of('src/push/readBaseline.ts', [
    {
      find: 'if (!renewLease(',
      replace: 'if (Number.NaN === 0 && !renewLease(',
      tests: ['test/contract/lease.test.ts'],
      only: 'reading the gateway for longer',
      why: 'a sender whose turn was over makes an old state the baseline',
    },
  ]),
  ...of('src/push/gatewayReadings.ts', [
    {
      find: 'if (kept.marks.get(group.groupId) !== mark) return null;',
      replace: 'if (kept.marks.get(group.groupId) === undefined) return null;',
      tests: ['test/contract/manyGroups.test.ts'],
      only: 'what another process pushes',
      why: 'what another process has pushed since the gateway was read is lost',
    },
    {
      find: 'if (kept === null || kept.ageMs() > kept.oldestMs) return null;',
      replace: 'if (kept === null) return null;',
      tests: ['test/contract/manyGroups.test.ts'],
      only: 'reads it again',
      why: 'what another ledger pushed long after the gateway was read is overwritten',
    },
  ]),
  ...of('src/push/lease.ts', [
    {
      find: "liveness(context, process) === 'dead'",
      replace: "liveness(context, process) === 'unknown'",
      tests: ['test/contract/lease.test.ts'],
      only: 'does not wait for a killed',
      why: 'the lease of a killed sender silences the next commands',
    },
    {
      find: 'if (running) this.charge(spentMs());',
      replace: 'if (running) this.charge(0 * spentMs());',
      tests: ['test/contract/deliveryState.test.ts'],
      why: 'each request of a command has the whole time again',
    },
    {
      find: 'if (waitedMs() >= patienceMs) return null;',
      replace: '',
      tests: ['test/contract/lease.test.ts'],
      only: 'waits in vain',
      why: 'a mark waits for the push of another one',
    },
  ]),
  ...of('src/push/sendGroup.ts', [
    {
      find: 'wasCut(first) && budget.leftMs > 0 ? await send() : first',
      replace: 'first',
      tests: ['test/cli/cutBody.test.ts'],
      why: 'one cut body suspends a group',
    },
    {
      find: 'if ((end?.moved !== true && again === null) || task.budget.leftMs === 0)',
      replace: 'if (end !== undefined)',
      tests: ['test/contract/lease.test.ts'],
      only: 'a sender also pushes',
      why: 'marks made during a push stay unpushed',
    },
    {
      find: 'told.push(...(await leaveOthers(task, base)));',
      replace: 'await leaveOthers({ ...task, request: { ...task.request, adopt: "never" } }, base);',
      tests: ['test/contract/shards.test.ts'],
      only: 'moves its own group',
      why: 'a group that moves stays on two gateways',
    },
  ]),
  ...of('src/push/shards/rank.ts', [
    {
      find: 'Buffer.compare(other.weight, one.weight)',
      replace: 'Buffer.compare(one.weight, other.weight)',
      tests: ['test/sinks/rank.test.ts'],
      only: 'same rank on every host',
      why: 'hosts of two versions do not agree on the gateway of an instance',
    },
  ]),
  ...of('src/push/shards/removeCopies.ts', [
    {
      find: '} else noteFailure(database, { url, nowMs, line: result.line });',
      replace: '} else forgetCopy(database, { groupId: group.groupId, url });',
      tests: ['test/contract/shards.test.ts'],
      only: 'dead when a group moves away',
      why: 'a group that could not be deleted is forgotten, and every sum counts it twice for ever',
    },
  ]),
  ...of('src/push/shards/pushToShards.ts', [
    {
      find: 'const parts = hasNext ? 2 : waiting.size;',
      replace: 'const parts = hasNext ? 1 : waiting.size;',
      tests: ['test/contract/shards.test.ts'],
      only: 'leaves time for the next',
      why: 'a gateway that does not respond leaves no time for its fallback',
    },
    {
      find: 'const parts = hasNext ? 2 : waiting.size;',
      replace: 'const parts = hasNext ? 2 : Math.min(1, waiting.size);',
      tests: ['test/contract/shardFailures.test.ts'],
      only: 'hangs costs only',
      why: 'one gateway that does not respond keeps all others from being pushed',
    },
  ]),
];
