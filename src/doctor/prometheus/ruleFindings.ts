import { posix } from 'node:path';
import { noneChosen } from '../../monitoring/rules/chosenThresholds.ts';
import { alertingGroups, drillGroup, recordingGroups } from '../../monitoring/rules/groups.ts';
import { type Finding, wrong } from '../finding.ts';
import { textIn } from '../http/objects.ts';
import type { LoadedRule, PrometheusState } from './prometheusState.ts';
import { structureOf } from './structure.ts';
import { reloadCommand, typedForeign } from './typed.ts';

const usualFolder = '/etc/prometheus/deploytrack';
const mostNamed = 5;

/** Rules that are not loaded, or that another version has written; thresholds may differ. */
export function ruleFindings(state: PrometheusState): Finding[] {
  const { site } = state;
  if (state.rules === null) return [];
  const rules = state.rules.filter(({ group }) => group !== drillGroup);
  const shipped = shippedRules();
  const missing = shipped.filter(({ name }) => !rules.some((rule) => rule.name === name));
  const older = shipped.filter((one) => !missing.includes(one) && !isLoaded(one, rules));
  if (missing.length === 0 && older.length === 0) return [];
  const said = [
    ...(missing.length > 0 ? [`${missing.length} of ${shipped.length} are missing (${names(missing)})`] : []),
    ...(older.length > 0 ? [`${older.length} differ from this version (${names(older)})`] : []),
  ];
  return [
    wrong({
      message: `the rules of deploytrack in the Prometheus ${site.url}: ${said.join(', ')}`,
      meaning: 'alerts do not fire, and panels that need these rules are empty or wrong',
      fix: fixOf(state),
    }),
  ];
}

interface Shipped {
  readonly name: string;
  readonly expression: string;
}

function shippedRules(): Shipped[] {
  return [...recordingGroups().groups, ...alertingGroups(noneChosen).groups].flatMap(({ rules }) =>
    rules.map((rule) => ({ name: 'alert' in rule ? rule.alert : rule.record, expression: rule.expr })),
  );
}

function isLoaded({ name, expression }: Shipped, rules: readonly LoadedRule[]): boolean {
  const wanted = structureOf(expression);
  return rules.some((rule) => rule.name === name && structureOf(rule.expression) === wanted);
}

function names(some: readonly Shipped[]): string {
  const shown = some.slice(0, mostNamed).map(({ name }) => name);
  return [...shown, ...(some.length > mostNamed ? ['…'] : [])].join(', ');
}

function fixOf(state: PrometheusState): string {
  const loaded = loadedFolder(state);
  const folder = typedForeign(loaded ?? usualFolder) ?? usualFolder;
  const listed = loaded === null ? `, with ${usualFolder}/*.yml in its rule_files` : '';
  return `on the host of Prometheus, run \`deploytrack rules --out ${folder} && ${reloadCommand(state)}\`${listed}, with --set for thresholds of your own`;
}

/** The folder from which it reads rules: of ours, otherwise of any name. */
function loadedFolder({ rules, configuration, runtime }: PrometheusState): string | null {
  const ours = rules?.find(({ group, file }) => /^deploytrack-/.test(group) && isOurName(file))?.file;
  const any = configuration?.ruleFiles.find((pattern) => /\/\*\.ya?ml$|^\*\.ya?ml$/.test(pattern));
  const found = ours ?? any?.replace(/\.yaml$/, '.yml');
  if (found === undefined || (ours === undefined && any?.endsWith('.yaml') === true)) return null;
  const path = posix.resolve(textIn(runtime.CWD) || '/', posix.dirname(found));
  return path.includes('*') ? null : path;
}

function isOurName(file: string): boolean {
  return ['alerts.yml', 'recording.yml'].includes(posix.basename(file));
}
