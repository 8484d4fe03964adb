import { describe, expect, test } from 'vitest';
import type { DeploymentPage, ListRow } from '../../src/server/api.ts';
import { changesFigures, countedOf, newestFirst, patched } from '../../src/web/patch.ts';

function row(n: number, values: Partial<ListRow> = {}): ListRow {
  const started = `2026-01-14T18:00:${String(n).padStart(2, '0')}.000Z`;
  return {
    deployment_id: `id-${n}`,
    row_id: n,
    version: `1.${n}`,
    deployment_started_at: started,
    status: 'success',
    ...values,
  } as ListRow;
}

function page(rows: readonly ListRow[], next: DeploymentPage['next'] = null): DeploymentPage {
  return { rows, next, searched_to: null, sorted: null };
}

const options = { takesNew: true, limit: 3 };

describe('Changed rows of the list', () => {
  test('a changed row stays in its place, a new one comes first, and the last one moves to the next page', () => {
    const before = page([row(3), row(2), row(1)]);
    const changes = { rows: [row(4), row(2, { status: 'failed' })], listed: ['id-4', 'id-2'], running: [] };
    const after = patched(before, { changes, ids: ['id-4', 'id-2'], ...options });
    expect(after.rows.map(({ version, status }) => [version, status])).toEqual([
      ['1.4', 'success'],
      ['1.3', 'success'],
      ['1.2', 'failed'],
    ]);
    expect(after.next).toEqual({ startedAt: row(2).deployment_started_at, rowId: 2 });
    expect(after.rows[1]).toBe(before.rows[0]);
  });

  test('a row that is no longer in the list goes, and one that is on another page does not come', () => {
    const before = page([row(5), row(4)], { startedAt: row(4).deployment_started_at, rowId: 4 });
    const changes = { rows: [row(5), row(1)], listed: ['id-1'], running: [] };
    const after = patched(before, { changes, ids: ['id-5', 'id-1'], ...options });
    expect(after.rows.map(({ version }) => version)).toEqual(['1.4']);
  });

  test('a list that is sorted, or begins elsewhere, takes no new rows', () => {
    const changes = { rows: [row(9)], listed: ['id-9'], running: [] };
    const after = patched(page([row(5)]), { changes, ids: ['id-9'], takesNew: false, limit: 3 });
    expect(after.rows.map(({ version }) => version)).toEqual(['1.5']);
  });

  test('figures change with a status, a check or a rollback, not with a phase or with a deployment of another scope', () => {
    const counted = countedOf([row(1, { status: 'in-progress' })]);
    const changed = (rows: readonly ListRow[], ids: readonly string[]) =>
      changesFigures({ rows, listed: [], running: [] }, { ids, counted });
    expect(changed([row(1, { status: 'in-progress', version: '2' })], ['id-1'])).toBe(false);
    expect(changed([], ['id-7'])).toBe(false);
    expect(changed([row(1)], ['id-1'])).toBe(true);
    expect(changed([row(1, { status: 'in-progress', health_check_success: false })], ['id-1'])).toBe(true);
    expect(changed([], ['id-1'])).toBe(true);
    expect(changed([row(2, { status: 'in-progress' })], ['id-2'])).toBe(true);
  });
});

test('of two selected rows the newer one is known in any order of the list', () => {
  expect(newestFirst([row(1), row(3), row(2)]).map(({ version }) => version)).toEqual(['1.3', '1.2', '1.1']);
});
