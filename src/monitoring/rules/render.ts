import { stringify } from 'yaml';
import type { RuleGroups } from './groups.ts';

const origin = '`deploytrack rules` wrote this; other figures by --set, not here.';

/** A file of rules for Prometheus. */
export function rulesYaml(groups: RuleGroups): string {
  return `# ${origin}\n${stringify(groups, { lineWidth: 0, aliasDuplicateObjects: false })}`;
}

/** A mixin: JSON is Jsonnet. Adds to what other mixins bring. */
export function rulesMixin({ alerts, rules }: { alerts: RuleGroups; rules: RuleGroups }): string {
  const groups = (of: RuleGroups) => JSON.stringify(of.groups, null, 2).replaceAll('\n', '\n    ');
  return [
    `// ${origin}`,
    '{',
    '  prometheusAlerts+:: {',
    `    groups+: ${groups(alerts)},`,
    '  },',
    '  prometheusRules+:: {',
    `    groups+: ${groups(rules)},`,
    '  },',
    '}',
    '',
  ].join('\n');
}
