import { pair } from '../pair.ts';
import { byNpm, datadog, sentry } from '../peers/fromNpm.ts';
import { byHand, go, type PeerCall, python } from '../peers/marking.ts';
import type { PeerName } from '../peers/peers.ts';
import type { Group } from '../row.ts';

const plain = (command: readonly string[], needs: PeerName, name = command.join(' ')): PeerCall => ({
  name: `\`${name}\``,
  needs: [needs],
  call: async ({ env, folder }) => ({ command, env, folder, isTalkative: true }),
});

export const pythonMark = pair(python);

/** One call of each: what else people use to record a step of a deployment, or to time one. */
export const peerCalls: Group = {
  title: 'Others',
  unit: 'ms',
  rows: [
    pythonMark,
    ...[
      byHand,
      go,
      byNpm({ name: '`sentry-cli --version`', needs: 'sentry' }, ['--version']),
      sentry,
      byNpm({ name: '`datadog-ci version`', needs: 'datadog', every: 3 }, ['version']),
      datadog,
      plain(['/usr/bin/time', 'true'], 'time'),
      plain(['hyperfine', '-N', '--runs', '1', 'true'], 'hyperfine'),
    ].map(pair),
  ],
};
