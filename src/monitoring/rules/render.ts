import { stringify } from 'yaml';
import type { RuleGroups } from './groups.ts';

const origin = 'Written by `deploytrack rules`. Do not edit: change thresholds with --set.';

/** A file of rules for Prometheus. */
export function rulesYaml(groups: RuleGroups): string {
  return `# ${origin}\n${stringify(groups, { lineWidth: 0, aliasDuplicateObjects: false })}`;
}

/** A mixin, since JSON is valid Jsonnet. `+` adds to the rules of other mixins. */
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
