import { type AlertCase, group, of, type Points, values } from './series.ts';

const up = (points: Points) => ({ 'up{job="pushgateway",instance="pushgateway:9091"}': values(points, 30) });
const pushed = (ok: Points, refused: Points) => ({
  [of('push_time_seconds')]: values(ok, 30),
  [of('push_failure_time_seconds')]: values(refused, 30),
});
const events = (points: Points) => ({ [of('deploytrack_ledger_events_total')]: values(points, 30) });
const day = 24 * 60;

/** A group whose last push was then; one scrape each hour is enough for it. */
const lastPush = (seconds: number) => ({ [of('push_time_seconds')]: `${seconds}x${32 * 24}` });

export const pipelineCases: readonly AlertCase[] = [
  {
    alert: 'PushgatewayDown',
    title: 'it does not answer for three minutes',
    series: up([
      [0, 1],
      [5, 0],
    ]),
    at: 8,
    firing: [{ job: 'pushgateway', instance: 'pushgateway:9091' }],
  },
  {
    alert: 'PushgatewayDown',
    title: 'it was restarted',
    series: up([
      [0, 1],
      [5, 0],
      [6, 1],
    ]),
    at: 8,
    firing: [],
  },
  {
    alert: 'PushgatewayDown',
    title: 'another target is down',
    series: { 'up{job="node",instance="web-1:9100"}': values([[0, 0]], 30), ...up([[0, 1]]) },
    at: 8,
    firing: [],
  },
  {
    alert: 'DeploytrackPushFailing',
    title: 'the latest push was refused',
    series: pushed(
      [[0, 10]],
      [
        [0, 0],
        [5, 300],
      ],
    ),
    at: 8,
    firing: [group],
  },
  {
    alert: 'DeploytrackPushFailing',
    title: 'none was ever accepted',
    series: pushed([[5, 0]], [[5, 300]]),
    at: 8,
    firing: [group],
  },
  {
    alert: 'DeploytrackPushFailing',
    title: 'one was refused, and the next one was not',
    series: pushed(
      [
        [0, 10],
        [5, 300],
      ],
      [[0, 200]],
    ),
    at: 12,
    firing: [],
  },
  {
    alert: 'DeploytrackPushFailing',
    title: 'none was ever refused',
    series: pushed([[0, 10]], [[0, 0]]),
    at: 8,
    firing: [],
  },
  {
    alert: 'DeploytrackCounterReset',
    title: 'the gateway crashed and serves what it saved before',
    series: events([
      [0, 12],
      [3, null],
      [4, 11],
      [6, 13],
    ]),
    at: 8,
    firing: [group],
  },
  {
    alert: 'DeploytrackPushFailing',
    title: 'a restart lost the group, and the push that was refused with it',
    series: pushed(
      [
        [0, 10],
        [6, null],
      ],
      [
        [0, 0],
        [5, 300],
        [6, null],
      ],
    ),
    at: 14,
    firing: [],
  },
  {
    alert: 'DeploytrackCounterReset',
    title: 'the first time that Prometheus sees it',
    series: events([[4, 12]]),
    at: 8,
    firing: [],
  },
  {
    alert: 'DeploytrackCounterReset',
    title: 'it lost everything and got it again',
    series: events([
      [0, 12],
      [3, null],
      [6, 13],
    ]),
    at: 8,
    firing: [],
  },
  {
    alert: 'DeploytrackCounterReset',
    title: 'it grows',
    series: events([
      [0, 12],
      [3, 19],
    ]),
    at: 8,
    firing: [],
  },
  {
    alert: 'DeploytrackGroupAbandoned',
    title: 'a host that is gone for 31 days',
    series: lastPush(1),
    at: 31 * day,
    firing: [group],
  },
  { alert: 'DeploytrackGroupAbandoned', title: '29 days', series: lastPush(1), at: 29 * day, firing: [] },
  {
    alert: 'DeploytrackGroupAbandoned',
    title: 'one that was never accepted has no time of a push',
    series: lastPush(0),
    at: 31 * day,
    firing: [],
  },
];
