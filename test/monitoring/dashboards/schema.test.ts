import { join } from 'node:path';
import { Ajv, type SchemaObject } from 'ajv';
import { createGenerator } from 'ts-json-schema-generator';
import { describe, expect, test } from 'vitest';
import { dashboards, panels, root } from './shipped.ts';

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

describe("Grafana's schema, as its SDK has it", () => {
  test.each(Object.entries(dashboards))('takes the dashboard %s', (_, json) => {
    expect(errorsOf('dashboard', json)).toEqual([]);
    for (const row of json.panels.filter(({ type }) => type === 'row'))
      expect(errorsOf('row', row)).toEqual([]);
  });

  test.each(panels)('takes $dashboard: $title', ({ panel }) => {
    expect(errorsOf(panel.type, panel)).toEqual([]);
  });

  test('refuses an id, a word it does not know, and a value that is none of an option', () => {
    const { panel } = panels[0]!;
    expect(errorsOf(panel.type, { ...panel, id: 1 })).not.toEqual([]);
    expect(
      errorsOf(panel.type, { ...panel, targets: [{ ...panel.targets?.[0], expresion: 'up' }] }),
    ).not.toEqual([]);
    expect(
      errorsOf(panel.type, { ...panel, options: { ...panel.options, colorMode: 'colourful' } }),
    ).not.toEqual([]);
    expect(errorsOf('dashboard', { ...dashboards.fleet, uid: 'mine' })).not.toEqual([]);
  });
});

function errorsOf(part: string, value: unknown): string[] {
  const check = ajv.compile({ $ref: `grafana#/properties/${encodeURIComponent(part)}` });
  check(value);
  return (check.errors ?? []).map(
    ({ instancePath, message, params }) => `${instancePath} ${message} ${JSON.stringify(params)}`,
  );
}
