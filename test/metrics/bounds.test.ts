import { expect, test } from 'vitest';
import { buckets } from '../../src/buckets.ts';

test('the bounds of the seven histograms never change, because every ledger and dashboard has them', () => {
  expect(buckets).toEqual({
    time_to_deploy_seconds: [10, 30, 60, 120, 180, 240, 300, 420, 600, 720, 900, 1200, 1800, 3600],
    deployment_stage_duration_seconds: [1, 2.5, 5, 10, 20, 30, 60, 120, 180, 300, 600, 900, 1800],
    api_health_check_latency_ms: [5, 10, 25, 50, 100, 250, 500, 1000, 2000, 5000],
    deployment_duration_seconds: [10, 30, 60, 120, 180, 240, 300, 420, 600, 720, 900, 1200, 1800, 3600],
    deployment_downtime_seconds: [1, 2.5, 5, 10, 15, 20, 30, 60, 120, 300],
    deployment_time_to_healthy_seconds: [1, 2.5, 5, 10, 15, 30, 60, 120, 300],
    deployment_health_verification_duration_seconds: [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 150],
  });
});
