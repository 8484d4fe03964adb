import { cutToBytes, type GroupKey } from '../model.ts';
import type { Family, Label } from './family.ts';
import type { FamilySamples, Sample } from './sample.ts';

/** The Content-Type of the text below. */
export const expositionType = 'text/plain; version=0.0.4; charset=utf-8';

export interface ExpositionOptions {
  /** Added to each sample if no path names the group. */
  readonly constantLabels?: readonly (readonly [name: string, value: string])[];
}

/**
 * Text format 0.0.4: LF, a final newline, no timestamps, an empty line between families. The empty string for no
 * families.
 */
export function exposition(families: readonly FamilySamples[], options: ExpositionOptions = {}): string {
  if (families.length === 0) return '';
  const texts = families.map((one) => [familyHead(one.family), ...familyLines(one, options)].join('\n'));
  return `${texts.join('\n\n')}\n`;
}

export function familyHead({ name, help, type }: Family): string {
  return `# HELP ${name} ${escaped(help)}\n# TYPE ${name} ${type}`;
}

export function familyLines(
  { family, samples }: FamilySamples,
  { constantLabels = [] }: ExpositionOptions = {},
): string[] {
  const constants = constantLabels.map(pair);
  return samples.map(
    (sample) => `${family.name}${sample.suffix}${labelsText(sample, constants)} ${numberText(sample.value)}`,
  );
}

function labelsText({ labels }: Sample, constants: readonly string[]): string {
  const pairs = [...labels.map(pair), ...constants];
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}

function pair([name, value]: readonly [name: string, value: string]): string {
  return `${name}="${/["\\\n]/.test(value) ? escaped(value).replaceAll('"', '\\"') : value}"`;
}

function escaped(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
}

function numberText(value: number): string {
  if (Number.isFinite(value)) return String(value);
  return Number.isNaN(value) ? 'NaN' : value > 0 ? '+Inf' : '-Inf';
}

/** A label's value as it is pushed: well-formed, and no longer than the label allows. */
export function labelText(
  text: string,
  { maxBytes, overlong }: Pick<Label, 'maxBytes' | 'overlong'>,
): string {
  // One ill-formed value would make the gateway reject every push of all groups.
  const cut = cutToBytes(text, maxBytes);
  return overlong === 'empty' && cut.length < text.length ? '' : cut;
}

export type GroupLabels = readonly (readonly [
  name: 'job' | 'instance' | 'deployment' | 'environment',
  value: string,
])[];

/** The labels of every series of a group: in the path on a gateway, in the text of a file. */
export function groupLabels(key: GroupKey): GroupLabels {
  return [
    ['job', 'deploytrack'],
    ['instance', key.instance.toLowerCase()],
    ['deployment', key.deployment],
    ['environment', key.environment],
  ];
}
