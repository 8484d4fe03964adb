import { join } from 'node:path';
import { Ajv, type SchemaObject } from 'ajv';
import { createGenerator } from 'ts-json-schema-generator';
import { describe, expect, test } from 'vitest';
import { dashboards, panels, root, rowDashboards, rowPanels } from './shipped.ts';

const schema = createGenerator({
  path: join(root, 'test/monitoring/dashboards/grafana.ts'),
  tsconfig: join(root, 'tsconfig.json'),
  type: 'Grafana',
  skipTypeCheck: true,
  additionalProperties: false,
  expose: 'none',
  topRef: false,
}).createSchema('Grafana');
const ajv = new Ajv({ allErrors: true, strict: false }).addSchema(schema as SchemaObject, 'grafana');

describe("Grafana's schema as in its SDK", () => {
  const boards = Object.entries({ ...dashboards, ...rowDashboards });
  test.each(boards)('the schema accepts the dashboard %s', (_, json) => {
    expect(errorsOf('dashboard', json)).toEqual([]);
    for (const row of json.panels.filter(({ type }) => type === 'row'))
      expect(errorsOf('row', row)).toEqual([]);
  });

  test.each([...panels, ...rowPanels])('the schema accepts $dashboard: $title', ({ panel }) => {
    expect(errorsOf(panel.type, panel)).toEqual([]);
  });

  test('the schema rejects an ID, an unknown key, and an invalid value of an option', () => {
    const { panel } = panels[0]!;
    expect(errorsOf(panel.type, { ...panel, id: 1 })).not.toEqual([]);
    expect(
      errorsOf(panel.type, { ...panel, targets: [{ ...panel.targets?.[0], expresion: 'up' }] }),
    ).not.toEqual([]);
    expect(
      errorsOf(panel.type, { ...panel, options: { ...panel.options, colorMode: 'colourful' } }),
    ).not.toEqual([]);
    expect(errorsOf('dashboard', { ...dashboards.fleet, id: 7 })).not.toEqual([]);
  });
});

function errorsOf(part: string, value: unknown): string[] {
  const check = ajv.compile({ $ref: `grafana#/properties/${encodeURIComponent(part)}` });
  check(value);
  return (check.errors ?? []).map(
    ({ instancePath, message, params }) => `${instancePath} ${message} ${JSON.stringify(params)}`,
  );
}
