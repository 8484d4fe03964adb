import { describe, expect, test } from 'vitest';
import type { Deployment } from '../../src/server/api.ts';
import { scaleOf } from '../../src/web/scale.ts';
import { linesOf } from '../../src/web/waterfallLines.ts';

const startedAt = '2026-01-14T18:00:00.000Z';
const now = new Date('2026-01-20T00:00:00Z');

/** A time so many seconds after the start. */
function soon(seconds: number): string {
  return new Date(Date.parse(startedAt) + seconds * 1000).toISOString();
}

/** A deployment of 100 seconds that was rolled back. */
function rolledBack(at: string, values: Partial<Deployment> = {}): Deployment {
  return {
    deployment_started_at: startedAt,
    deployment_completed_at: soon(100),
    phases: [],
    attempts: [],
    smoke_tests: [],
    health_verifications: [],
    usual_phases: [],
    rollbacks: [{ at, to_version: '1.4' }],
    ...values,
  } as unknown as Deployment;
}

describe('Axis of the waterfall', () => {
  test('a rollback soon after the deployment is on the axis, with the version that came back', () => {
    const one = rolledBack(soon(160));
    expect(scaleOf(one, now)).toEqual({ fromMs: Date.parse(startedAt), toMs: Date.parse(soon(160)) });
    expect(linesOf(one, now)).toMatchObject([{ name: 'rollback', notes: 'to 1.4, after 2m40s' }]);
  });

  test('a rollback on the next day leaves the axis to the phases', () => {
    const one = rolledBack(soon(86_400));
    expect(scaleOf(one, now).toMs).toBe(Date.parse(soon(100)));
    expect(linesOf(one, now)).toMatchObject([{ notes: 'to 1.4, after 1d' }]);
  });

  test('a rollback with phases of its own is shown by them', () => {
    const phase = {
      stage: 'switch',
      run_id: 'a',
      started_at: soon(110),
      ended_at: soon(120),
      of_rollback: true,
    };
    const one = rolledBack(soon(105), { phases: [phase] as unknown as Deployment['phases'] });
    expect(linesOf(one, now).map(({ name }) => name)).toEqual(['switch']);
  });
});
