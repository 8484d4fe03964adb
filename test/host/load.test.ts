import { cpus } from 'node:os';
import { expect, test } from 'vitest';
import { cpuTimes, hostLoad, loadSince, timesOf } from '../../src/host/load.ts';
import { cpuTimesOf, saveHostLoad } from '../../src/ledger/hostFacts.ts';
import { ledgerWorld } from '../ledger/ledgerWorld.ts';
import { startMark } from '../ledger/makeMarks.ts';

const core = (busy: number, idle: number) => ({ times: { user: busy, nice: 0, sys: 0, irq: 0, idle } });

test('the load of a deployment is the share of their time that all cores worked', () => {
  const began = timesOf([core(100, 900), core(200, 800)]);
  expect(began).toEqual({ busyMs: 300, totalMs: 2000 });
  expect(loadSince(began, timesOf([core(150, 950), core(250, 850)]))).toBe(0.5);
});

test.each([
  ['no time has passed', { busyMs: 5, totalMs: 10 }],
  ['the machine was started again', { busyMs: 1, totalMs: 4 }],
])('the load is unknown if %s', (_, now) => {
  expect(loadSince({ busyMs: 5, totalMs: 10 }, now)).toBeNull();
});

test('on Windows the load comes from Node and starts no program', () => {
  expect(cpuTimes('linux')).toBeNull();
  const began = cpuTimes('win32');
  expect(began?.totalMs).toBeGreaterThan(0);
  expect(hostLoad('win32', null)).toBeNull();
  expect(timesOf(cpus()).totalMs).toBeGreaterThanOrEqual(began?.totalMs ?? Number.POSITIVE_INFINITY);
});

test('what the cores had done is kept from start to finish, for the same boot only', () => {
  const world = ledgerWorld({ platform: 'win32' });
  const times = { busyMs: 250, totalMs: 1000 };
  const at = world.context.instant();
  const facts = () => world.rows('SELECT fact, value FROM deployment_facts');
  world.apply(startMark(at, { cpuTimes: times }));
  expect(facts()).toEqual([{ fact: 'host.cpu_times', value: 'boot-1 250 1000' }]);
  expect(cpuTimesOf(world.database, { deploymentId: 'd1', boot: 'boot-1' })).toEqual(times);
  saveHostLoad(world.database, { deploymentId: 'd1', load: 0.25 });
  expect(facts()).toEqual([]);
  expect(world.deployment().host_load).toBe(0.25);
  world.apply(startMark(at, { deploymentId: 'd2', cpuTimes: times }));
  expect(cpuTimesOf(world.database, { deploymentId: 'd2', boot: 'boot-2' })).toBeNull();
});
