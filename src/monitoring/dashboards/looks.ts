import type { DynamicConfigValue } from '@grafana/grafana-foundation-sdk/dashboard';

/** Text and color of a series by its name. */
export type Looks = Readonly<Record<string, readonly [text: string, color: string]>>;

interface Overridden {
  overrideByName(name: string, properties: DynamicConfigValue[]): unknown;
}

export function looking<Builder extends Overridden>(panel: Builder, looks: Looks = {}): Builder {
  for (const [name, [displayName, fixedColor]] of Object.entries(looks))
    panel.overrideByName(name, [
      { id: 'displayName', value: displayName },
      { id: 'color', value: { mode: 'fixed', fixedColor } },
    ]);
  return panel;
}
