import { join } from 'node:path';
import { startStub } from '../stub.ts';
import type { World } from '../world.ts';
import type { PeerCall } from './marking.ts';
import { npmFolder } from './peers.ts';

/** Answers everything as Sentry does after a deployment was created. */
const sentryStub = (world: World) =>
  world.once('sentry', () => {
    const text = JSON.stringify({ id: '1', environment: 'production', dateFinished: '2026-01-01T00:00:00Z' });
    const headers = { 'content-type': 'application/json' };
    return startStub((request, response) => {
      request.resume().on('end', () => response.writeHead(201, headers).end(text));
    });
  });

const sentryEnv = async (world: World) => ({
  ...world.env,
  SENTRY_URL: (await sentryStub(world)).url,
  SENTRY_AUTH_TOKEN: 'none',
  SENTRY_ORG: 'bench',
  SENTRY_PROJECT: 'bench',
  SENTRY_DISABLE_UPDATE_CHECK: '1',
});

export function byNpm(
  { name, needs, every }: { name: string; needs: keyof typeof fileOf; every?: number },
  words: readonly string[],
): PeerCall {
  return {
    name,
    needs: [needs],
    ...(every === undefined ? {} : { every }),
    call: async (world) => ({
      command: [world.node.path, join(world.root, npmFolder, 'node_modules', fileOf[needs]), ...words],
      env: { ...(await sentryEnv(world)), ...ofGitLab },
      folder: world.folder,
      isTalkative: true,
    }),
  };
}

const fileOf = {
  sentry: '@sentry/cli/bin/sentry-cli',
  datadog: '@datadog/datadog-ci/dist/bundle.js',
} as const;

/** datadog-ci runs only where it knows the CI. */
const ofGitLab = {
  GITLAB_CI: 'true',
  CI_PIPELINE_ID: '1',
  CI_JOB_ID: '1',
  CI_PROJECT_URL: 'http://127.0.0.1/bench',
  DD_API_KEY: 'none',
};

export const sentry = byNpm({ name: '`sentry-cli deploys new`, answered on loopback', needs: 'sentry' }, [
  'deploys',
  'new',
  '--env=production',
  '--release=1.0.0',
  '--time=5',
]);
export const datadog = byNpm(
  { name: '`datadog-ci trace span --dry-run`: sends nothing', needs: 'datadog', every: 3 },
  ['trace', 'span', '--dry-run', '--name=build', '--duration=5000'],
);
