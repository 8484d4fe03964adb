import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { dashboardsIn } from '../dashboards/shippedDashboards.ts';
import { picture } from './picture.ts';
import { play } from './play.ts';
import { screenshot } from './screenshot.ts';
import { openSource } from './source.ts';

/**
 * Draws every dashboard from a Prometheus: the given one, or a new one in which some deployments are played.
 */
export async function pictures(root: string): Promise<void> {
  const { values } = parseArgs({
    options: {
      prometheus: { type: 'string' },
      range: { type: 'string' },
      out: { type: 'string', default: join(root, 'docs/pictures') },
      html: { type: 'boolean', default: false },
      set: { type: 'string', multiple: true, default: [] },
    },
  });
  const given = Object.fromEntries(values.set.map((text) => text.split('=', 2) as [string, string]));
  const played = values.prometheus === undefined ? await play(root) : null;
  try {
    const url = values.prometheus ?? played?.url ?? '';
    const source = await openSource(url, values.range === undefined ? undefined : Number(values.range));
    const folder = resolve(values.out);
    mkdirSync(folder, { recursive: true });
    for (const [name, json] of Object.entries(
      dashboardsIn(join(root, 'examples/monitoring/grafana/dashboards')),
    )) {
      const page = await picture(json, { source, given: { ...played?.chosen, ...given } });
      if (values.html) writeFileSync(join(folder, `${name}.html`), page.html);
      screenshot(page, join(folder, `${name}.png`));
      console.log(join(folder, `${name}.png`));
    }
  } finally {
    await played?.stop();
  }
}
