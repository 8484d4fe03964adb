import { describe, expect, test } from 'vitest';
import type { FieldJson, PanelJson } from '../../../scripts/dashboards/dashboard.ts';
import { fieldOf } from '../../../scripts/pictures/look.ts';
import { asking, dashboards, panels } from './shipped.ts';

/*
 * What a person sees, in every dashboard and panel: words where there is nothing, links that lead somewhere, the same
 * word and color for the same status, a count beside each ratio.
 */
const statuses = {
  success: ['success', 'green'],
  warning: ['warning', 'orange'],
  failed: ['failed', 'red'],
  failure: ['failed', 'red'],
  in_progress: ['in progress', 'blue'],
} as const;
const rollbacks = { true: ['rolled back', 'orange'], false: ['', 'transparent'] } as const;
const troubleshooting =
  '/d/deploytrack-troubleshooting?var-deployment_id=$' +
  '{__value.raw}&$' +
  '{datasource:queryparam}&$' +
  '{__url_time_range}';

/** The columns of a table by their titles, with the field that each was. */
function columnsOf(panel: PanelJson) {
  const { renameByName = {} } = panel.transformations?.find(({ id }) => id === 'organize')?.options ?? {};
  return Object.entries(renameByName as Record<string, string>).map(([field, title]) => ({
    field,
    title,
    shown: fieldOf(panel, title),
  }));
}

const listing = panels.filter(({ panel }) => columnsOf(panel).some(({ field }) => field === 'deployment_id'));

test('the tables that list deployments are known', () => {
  expect(listing.map(({ dashboard, title }) => `${dashboard}: ${title}`)).toEqual([
    'deployments: In service',
    'fleet: Versions by host',
    'pipeline: Recent deployments',
    'troubleshooting: The deployment',
    'troubleshooting: Deployments before and after it',
  ]);
});

describe.each(listing)('List $dashboard: $title', ({ panel }) => {
  const linksOf = (name: string) =>
    columnsOf(panel)
      .find(({ field }) => field === name)
      ?.shown.links?.map(({ title, url }) => [title, url]);

  test('an ID links to Troubleshooting, with the time and the data source', () => {
    expect(linksOf('deployment_id')).toEqual([['Troubleshooting', troubleshooting]]);
  });

  test('the CI run and the page of the deployment are links', () => {
    expect(linksOf('url')).toEqual([['CI run', '$' + '{__value.raw}']]);
    expect(linksOf('page')).toEqual([['Page', '$' + '{__value.raw}']]);
  });
});

describe.each(asking)('Panel $dashboard: $title', ({ panel }) => {
  test('the panel has words for an empty result', () => {
    expect(panel.fieldConfig?.defaults.noValue).toMatch(/^[a-z].{5,}$/);
  });

  test('a link of the panel is in the cell with its address, so that an empty cell has none', () => {
    expect(panel.fieldConfig?.defaults.links ?? []).toEqual([]);
    for (const { field, shown } of columnsOf(panel))
      for (const { url } of shown.links ?? [])
        expect([field, url]).toEqual([
          field === 'deployment_id' ? field : expect.stringMatching(/^(url|page)$/),
          field === 'deployment_id' ? troubleshooting : '$' + '{__value.raw}',
        ]);
  });

  test('the legend of the panel is a table with the last and the greatest value', () => {
    if (panel.type === 'timeseries')
      expect(panel.options.legend).toMatchObject({ displayMode: 'table', calcs: ['lastNotNull', 'max'] });
    else expect(panel.options?.legend?.displayMode ?? 'list').toBe('list');
  });

  test('a status in the panel has its word and color', () => {
    expect(wronglyShown(panel)).toEqual([]);
  });

  test('a ratio in the panel has the count that it is of', () => {
    expect(withoutCount(panel)).toEqual([]);
  });
});

test.each(Object.entries(dashboards))('no text of the dashboard %s promises a later version', (_, json) => {
  expect(JSON.stringify(json)).not.toMatch(/later version|future|not yet implemented|will be|coming soon/i);
});

/** Mapped labels that do not have the word and color of their status. */
function wronglyShown(panel: PanelJson): string[] {
  const expected: Record<string, Record<string, readonly [string, string]>> = {
    status: statuses,
    rolled_back: rollbacks,
  };
  return columnsOf(panel).flatMap(({ field, shown }) => {
    const looks = expected[field];
    if (looks === undefined) return [];
    const found = mapped(shown);
    return Object.entries(looks)
      .filter(([value, look]) => JSON.stringify(found[value]) !== JSON.stringify(look))
      .map(([value]) => `${field} ${value}: ${JSON.stringify(found[value])}`);
  });
}

function mapped({ mappings = [] }: FieldJson): Record<string, [string, string]> {
  const options: Record<string, { text: string; color: string }> =
    mappings.find(({ type }) => type === 'value')?.options ?? {};
  return Object.fromEntries(
    Object.entries(options).map(([value, { text, color }]) => [value, [text, color]]),
  );
}

/** Current ratios and means of events whose number is not shown by another query of the panel. */
function withoutCount({ type, targets = [] }: PanelJson): string[] {
  const shown = targets.map(({ expr }) => expr.replace(/ >=? 0$/, ''));
  if (type === 'timeseries') return [];
  return shown.filter((expr) => {
    const [, count] = / \/ ((?:round\()?sum(?: by \([^)]*\) )?\(.*)$/.exec(expr) ?? [];
    return count !== undefined && !shown.includes(count);
  });
}

test('a number of the status has the word and color of that status', () => {
  const { panel } = panels.find(({ title }) => title === 'Last deployment')!;
  expect(mapped(panel.fieldConfig!.defaults)).toEqual({
    '0': statuses.failed,
    '1': statuses.success,
    '2': statuses.in_progress,
  });
});

test('a bar that is named by a status has its word and color', () => {
  const { panel } = panels.find(({ title }) => title === 'Newest deployments by status')!;
  const looks = panel.fieldConfig?.overrides.map(({ matcher, properties }) => [
    matcher.options,
    properties.find(({ id }) => id === 'displayName')?.value,
    properties.find(({ id }) => id === 'color')?.value.fixedColor,
  ]);
  expect(looks).toEqual(
    ['success', 'warning', 'failed', 'in_progress'].map((name) => [name, ...statuses[name as 'failed']]),
  );
});

test.each(Object.entries(dashboards))(
  'the dashboard %s marks deployments, and has a switch for these, rollbacks and firing alerts',
  (_, { annotations }) => {
    expect(annotations.list.map(({ name, enable, hide }) => [name, enable, hide])).toEqual([
      ['Deployments', true, false],
      ['Rollbacks', false, false],
      ['Firing alerts', false, false],
    ]);
  },
);

test.each(Object.entries(dashboards))(
  'the address of the web UI is empty in %s until it is given',
  (_, json) => {
    const page = json.templating.list.find(({ name }) => name === 'page');
    expect(page).toMatchObject({ type: 'textbox', query: '' });
  },
);

test('the rules of this file find the faults they are for', () => {
  const { panel } = panels.find(({ title }) => title === 'Success rate')!;
  expect(withoutCount({ ...panel, targets: panel.targets!.slice(0, 1) })).toHaveLength(1);
  const list = listing[0]!.panel;
  const without = list.fieldConfig!.overrides.filter(
    ({ matcher }) => matcher.options !== 'Newest deployment',
  );
  expect(wronglyShown({ ...list, fieldConfig: { ...list.fieldConfig!, overrides: without } })).toHaveLength(
    5,
  );
});
