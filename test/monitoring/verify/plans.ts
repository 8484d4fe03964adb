/**
 * One deployment as a script would record it. In the lines `HEALTH` is the URL of the service's health
 * endpoint, `SWITCH` a command that switches it to the version, `SWITCH:<ms>` one that stops the service for
 * this long, `SWITCH-TO:<version>` one that switches to another version, `AGO:<seconds>` a time.
 */
export interface Plan {
  readonly version: string;
  /** How long before its start it was triggered. */
  readonly triggeredSecondsAgo?: number;
  /** Arguments of deploytrack; with a leading `!` they exit with 1. */
  readonly lines: readonly string[];
  /** Options of `start`. */
  readonly start?: string;
  /** Options of `finish`; null: it is never finished. */
  readonly finish?: string | null;
  /** The script that started it has ended. */
  readonly isLeft?: true;
  /** Commands after the end. */
  readonly later?: readonly string[];
}

export interface GroupPlan {
  readonly instance: 'host-a' | 'host-b';
  readonly deployment: string;
  readonly environment: string;
  readonly plans: readonly Plan[];
}

/** What both hosts declare, which `init` pushes as zeros. */
export const declared = {
  stages: ['build', 'extract', 'migration', 'cutover', 'health_check', 'lint'],
  tests: ['login', 'checkout', 'never_run'],
  resources: ['compute', 'database'],
  check_types: ['http', 'queue'],
};

const health = 'health HEALTH --interval 50ms --timeout 5s';
const unhealthy = '!health HEALTH --interval 50ms --timeout 800ms';
const costs = ['cost compute 0.42', 'cost database 0.07'];

/**
 * Together they have a warning, each kind of failure, all sorts of rollbacks, slow ones, a running and an
 * abandoned one.
 */
export const groups: readonly GroupPlan[] = [
  {
    instance: 'host-a',
    deployment: 'api',
    environment: 'production',
    plans: [
      {
        version: '1.0.0',
        triggeredSecondsAgo: 45,
        start:
          '--method github-actions --commit 1111111111111111111111111111111111111111 --url https://ci.example/runs/1',
        lines: [
          'phase record build --duration 20s',
          'extract -- true',
          'migrate --count 3 -- true',
          'cutover --probe HEALTH --probe-interval 20ms -- SWITCH:120',
          `${health} --consecutive 4`,
          'smoke login -- true',
          'smoke checkout --passed',
          'error-rate 0.004',
          ...costs,
        ],
      },
      {
        version: '1.1.0',
        triggeredSecondsAgo: 250,
        lines: [
          '!phase run lint --allow-failure -- false',
          'cutover -- SWITCH',
          health,
          'smoke login -- true',
          'cost compute 0.3',
        ],
      },
      {
        version: '1.2.0',
        lines: ['phase record build --duration 95s', '!migrate --count 2 -- false'],
        finish: '--exit-code 1',
      },
      {
        version: '1.3.0',
        triggeredSecondsAgo: 640,
        lines: ['cutover -- SWITCH', health],
        later: [
          'rollback --reason health_check_failed -- SWITCH-TO:1.1.0',
          'health HEALTH --expect-version 1.1.0 --timeout 5s',
        ],
      },
      { version: '1.4.0', lines: ['cutover -- true', unhealthy] },
      {
        version: '1.5.0',
        lines: ['cutover -- SWITCH', health, '!smoke checkout -- false'],
        later: ['rollback --reason test_failed --failed'],
      },
      {
        version: '1.6.0',
        triggeredSecondsAgo: 1300,
        lines: ['phase record cutover --duration 45s', 'migrate --count 2 -- true'],
      },
      { version: '1.7.0', triggeredSecondsAgo: 1500, lines: ['phase record migration --duration 150s'] },
      {
        version: '1.8.0-rc.1',
        start: '--method azure-arc --commit 2222222222222222222222222222222222222222',
        lines: ['cutover -- SWITCH', health, 'error-rate 0.12'],
      },
    ],
  },
  {
    instance: 'host-a',
    deployment: 'api',
    environment: 'staging',
    plans: [
      { version: '1.0.0', triggeredSecondsAgo: 20, lines: ['extract -- true', ...costs] },
      { version: '1.1.0', lines: ['extract -- true'], finish: null, isLeft: true },
      {
        version: '1.2.0',
        start: '--abandon-after 1ms',
        lines: ['smoke login --passed'],
        later: ['rollback --reason manual'],
      },
    ],
  },
  {
    instance: 'host-b',
    deployment: 'api',
    environment: 'production',
    plans: [
      {
        version: '1.0.0',
        triggeredSecondsAgo: 150,
        lines: ['phase start build', 'phase end build', 'cutover -- SWITCH', health],
      },
      {
        version: '1.1.0',
        lines: ['phase record build --duration 28s', 'health HEALTH --any-version --since AGO:120'],
      },
      { version: '1.2.0', lines: ['extract -- true'], finish: '--status failed --error refused' },
      { version: '1.3.0', lines: [], later: ['rollback --reason manual'] },
      { version: '1.4.0', lines: [], later: ['rollback --reason error_rate'] },
      { version: '1.5.0', lines: [], later: ['rollback --reason nobody-likes-it'] },
      { version: '1.6.0', lines: ['cost compute 1.25', 'error-rate 0.01'] },
      { version: '1.7.0', lines: ['extract -- true', 'phase start build'], finish: null },
    ],
  },
  {
    instance: 'host-b',
    deployment: 'web',
    environment: 'staging',
    plans: [
      {
        version: '2026.11.26',
        lines: [
          'phase record migration --duration 320s',
          'health --check-type queue -- true',
          'smoke checkout -- true',
        ],
      },
      {
        version: '3f5a9c1e',
        triggeredSecondsAgo: 800,
        lines: [
          'migrate --count 0 -- true',
          '!health --check-type queue --allow-failure --timeout 200ms -- false',
        ],
      },
    ],
  },
];
