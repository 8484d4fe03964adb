import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { newProgram, startDeployment } from '../support/program.ts';
import { donorLines } from './kills/donor.ts';
import { Killer } from './kills/killed.ts';
import { Lane, wrongOf } from './kills/marks.ts';
import { Disk } from './power/disk.ts';
import { Random } from './random.ts';
import { differences, samplesOf, wrongInLedger } from './verify.ts';

describe('The soak', () => {
  test('runs killed commands, and finds no mark lost or doubled', async () => {
    const program = newProgram({ env: { DEPLOYTRACK_DEPLOYMENT: 'app', DEPLOYTRACK_VERSION: '1' } });
    const random = new Random(7);
    const killer = new Killer(random);
    const lane = new Lane('a', { program, killer, random, donor: await donorLines() });
    while (killer.victims < 12) await lane.step();
    await program.run(['push']);
    expect(wrongOf(program, lane.expected)).toEqual({ lost: [], doubled: [] });
    expect(wrongInLedger(program)).toEqual([]);
    expect(killer.acknowledged).toBeGreaterThan(0);
  });

  test('reports a mark that is lost, one that is doubled, and a wrong total', async () => {
    const program = newProgram();
    const id = await startDeployment(program);
    const stages = 'SELECT 1 FROM deployment_stages WHERE deployment_id = ?';
    const started = 'SELECT 1 FROM deployment_metrics WHERE deployment_id = ?';
    const expected = { values: [id], isAcknowledged: true };
    const found = wrongOf(program, [
      { ...expected, what: 'phase run', sql: stages, times: 1 },
      { ...expected, what: 'start', sql: started, times: 0 },
    ]);
    expect(found).toEqual({ lost: [`phase run ${id}: 0 of 1`], doubled: [`start ${id}: 1 instead of 0`] });
    const totals = [{ group_id: 1, family: 'deployment_total', labels: '["success"]', part: '', value: 1 }];
    const rows = (sql: string) => (sql.endsWith('FROM totals') ? totals : program.rows(sql));
    expect(wrongInLedger({ ...program, rows })).toEqual([
      'total 1 deployment_total ["success"] : stored 1, by the rows 0',
    ]);
  });

  test('reports a value that differs on the gateway', () => {
    const dry = {
      stdout: 'deployment_total{status="success"} 2\n',
      stderr: 'PUT /metrics/job/a/instance/b\n',
    };
    const held = samplesOf('deployment_total{instance="b",job="a",status="success"} 2\n');
    expect(differences({ dry, held })).toEqual([]);
    const other = samplesOf('deployment_total{instance="b",job="a",status="success"} 1\n');
    expect(differences({ dry, held: other })).toHaveLength(1);
  });

  test('restores after a power cut only what was synced', () => {
    const folder = newProgram().folder;
    const disk = new Disk();
    disk.apply({ kind: 'write', path: '/x/a', at: 0, bytes: Buffer.from('kept') });
    disk.apply({ kind: 'sync', path: '/x/a' });
    disk.apply({ kind: 'write', path: '/x/a', at: null, bytes: Buffer.from(' lost') });
    disk.apply({ kind: 'write', path: '/x/b', at: 0, bytes: Buffer.from('lost') });
    disk.writeTo(folder, { from: '/x', random: null });
    expect(readdirSync(folder)).toContain('a');
    expect(readdirSync(folder)).not.toContain('b');
    expect(readFileSync(join(folder, 'a'), 'utf8')).toBe('kept');
  });
});
