import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';

/** The page with the figures about promises. */
export const promises = 'docs/promises.md';

/** Between its markers; `name` is a script, with the arguments that have figures of their own. */
export function markersOf(name: string): readonly [begin: string, end: string] {
  return [`<!-- figures: scripts/${name} --docs -->`, '<!-- /figures -->'];
}

/** The figures in the page. */
export function figuresOf(root: string, name: string): string {
  const { old, from, to } = placeOf(root, { name, page: promises });
  return old.slice(from, to);
}

function placeOf(
  root: string,
  { name, page }: { name: string; page: string },
): { old: string; begin: string; from: number; to: number } {
  const old = readFileSync(join(root, page), 'utf8');
  const [begin, end] = markersOf(name);
  const from = old.indexOf(begin);
  const to = old.indexOf(end, from);
  if (from === -1 || to === -1) throw new Error(`${page}: no place for the figures of ${name}`);
  return { old, begin, from, to };
}

export interface Figures {
  /** A script, with the arguments that have figures of their own. */
  readonly name: string;
  readonly args: readonly string[];
  readonly text: string;
  /** Default: docs/promises.md. */
  readonly page?: string;
}

/** Replaces the figures in the page, with what they were measured on. */
export function writeFigures(root: string, { name, args, text, page = promises }: Figures): void {
  const [script = ''] = name.split(' ');
  const { old, begin, from, to } = placeOf(root, { name, page });
  const command = [`scripts/${script}`, ...args.filter((word) => word !== '--docs')].join(' ');
  const made = `${begin}\n\n${measuredOn(root, command)}\n\n${text}\n\n`;
  writeFileSync(join(root, page), old.slice(0, from) + made + old.slice(to));
}

/** The commit that is measured. */
export function headOf(root: string): string {
  return execFileSync('git', ['rev-parse', '--short=7', 'HEAD'], { cwd: root, encoding: 'utf8' }).trim();
}

function measuredOn(root: string, command: string): string {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
  const commit = headOf(root);
  const system = `Linux, Node ${process.versions.node}, ${cpus().length} cores`;
  return `\`${command}\`, version ${version}, commit ${commit}, ${new Date().toISOString().slice(0, 10)}; ${system}.`;
}
