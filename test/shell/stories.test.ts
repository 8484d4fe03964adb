import { rmSync } from 'node:fs';
import { afterAll, describe, test, vi } from 'vitest';
import type { Program, ProgramEnd } from '../support/program.ts';
import { loading, newScriptHost, recorded, runScript, type Shell, shells } from './shells.ts';
import { type Story, stories } from './stories.ts';

vi.setConfig({ testTimeout: 120_000 });

const hosts: Program[] = [];
afterAll(() => {
  for (const { folder } of hosts) rmSync(folder, { recursive: true, force: true });
});

/** How a story ended, and what the ledger then has. */
interface Told {
  readonly end: Pick<ProgramEnd, 'code' | 'signal' | 'stdout'>;
  readonly rows: ReturnType<typeof recorded>;
}

async function tell(story: Story, { shell, first }: { shell: Shell; first: string }): Promise<Told> {
  const base = newScriptHost(story.env);
  hosts.push(base);
  const host = {
    ...base,
    ledger: `${base.folder}/d.db`,
    env: { ...base.env, DEPLOYTRACK_LEDGER: `${base.folder}/d.db` },
  };
  const { code, signal, stdout } = await runScript(host, {
    ...story,
    shell,
    script: `${first}${story.script}\n`,
  });
  // A mark that still waits in the journal is imported by the next command.
  await host.quiet(['start', '--deployment', 'other'], {
    env: { PUSHGATEWAY_URL: undefined, DEPLOYTRACK_LEDGER: host.ledger },
  });
  return { end: { code, signal, stdout }, rows: recorded(host) };
}

const mayMount = process.getuid?.() === 0;

describe.each(shells)('Stories in $name', (shell) => {
  test.concurrent.for(stories.filter(({ before }) => before === undefined || mayMount))(
    '$title is recorded with the integration as without it',
    async (story, { expect }) => {
      const plain = await tell(story, { shell, first: '' });
      const integrated = await tell(story, { shell, first: loading(shell) });
      expect(integrated.end).toEqual(plain.end);
      const withoutError = ({ rows }: Told) => ({
        ...rows,
        deployments: rows.deployments.map(nothingOfError),
      });
      const isOpen = ({ rows }: Told) => rows.deployments[0]?.status === 'in-progress';
      // Some shells run no trap then. The integration may know more, never less.
      if (!(story.needsTrap && isOpen(plain) && !isOpen(integrated)))
        expect(withoutError(integrated)).toEqual(withoutError(plain));
      if (story.needsTrap === undefined || !isOpen(integrated)) {
        expect(integrated.rows.deployments.map(({ status }) => status)).toEqual([story.status]);
        expect(
          integrated.rows.stages.map(({ stage, status, exit_code }) => `${stage} ${status} ${exit_code}`),
        ).toEqual(story.phases);
      }
    },
  );
});

function nothingOfError({ error: _, ...rest }: { error: unknown }) {
  return rest;
}
