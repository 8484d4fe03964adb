import { closeSync, fchmodSync, fstatSync, renameSync, rmSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type OpenedFile, openOwn } from '../files/openOwn.ts';
import { whileHeld } from '../files/whileHeld.ts';
import { exposition, groupLabels } from '../metrics/exposition.ts';
import type { FamilySamples } from '../metrics/sample.ts';
import { type GroupKey, wellFormed } from '../model.ts';

export type TextfileResult =
  | { readonly outcome: 'delivered'; readonly path: string }
  /** It is written, and node_exporter may not be allowed to read it. */
  | { readonly outcome: 'hidden'; readonly path: string; readonly line: string }
  | { readonly outcome: 'failed'; readonly path: string; readonly line: string };

/** One group in the folder of node_exporter's textfile collector. */
export interface Textfile {
  readonly folder: string;
  readonly key: GroupKey;
}

/** A temporary file next to the file that it will replace. */
export interface PreparedTextfile {
  /** Replaces the old file atomically: a reader sees one or the other. */
  replace(): TextfileResult;
  /** Removes it. */
  drop(): void;
}

/**
 * Writes the group's text to a temporary file. Each sample carries the labels that a gateway takes from the path. Disk
 * errors are returned as data. `pid` keeps two writers apart.
 */
export function prepareTextfile(
  { folder, key }: Textfile,
  { families, pid }: { families: readonly FamilySamples[]; pid: number },
): PreparedTextfile {
  const name = textfileName(key);
  const path = join(folder, name);
  const temporary = join(folder, `.${name}.${pid}`);
  let hidden: string | null = null;
  const tried = (work: () => void): TextfileResult => {
    try {
      work();
      return hidden === null ? { outcome: 'delivered', path } : { outcome: 'hidden', path, line: hidden };
    } catch (error) {
      discard(temporary);
      return { outcome: 'failed', path, line: (error as Error).message };
    }
  };
  const written = tried(() => {
    // Left by a process that was killed, or created by an account that can write to the folder: never written through.
    discard(temporary);
    hidden = writeNew(temporary, exposition(families, { constantLabels: groupLabels(key) }));
  });
  const replace = () =>
    written.outcome === 'failed'
      ? written
      : tried(() => whileHeld('replace', () => renameSync(temporary, path)));
  return { replace, drop: () => discard(temporary) };
}

/** Writes the group's file at once. */
export function writeTextfile(
  file: Textfile,
  text: { families: readonly FamilySamples[]; pid: number },
): TextfileResult {
  return prepareTextfile(file, text).replace();
}

/**
 * Null, or why node_exporter may not be able to read it: its permissions are set whatever our umask is, if the file
 * system has any.
 */
function writeNew(path: string, text: string): string | null {
  const file = (openOwn(path, { access: 'create', mode: 0o644, owners: undefined }) as OpenedFile).descriptor;
  try {
    writeFileSync(file, text);
    if ((fstatSync(file).mode & 0o044) === 0o044) return null;
    fchmodSync(file, 0o644);
    return null;
  } catch (error) {
    const { syscall, code } = error as NodeJS.ErrnoException;
    if (syscall === 'fchmod') return code ?? 'unknown';
    throw error;
  } finally {
    closeSync(file);
  }
}

function discard(path: string): void {
  try {
    unlinkSync(path);
  } catch {
    // Nothing is there, or the next step reports it.
  }
}

/** Removes the group's file; a missing one is a success too. */
export function removeTextfile({ folder, key }: Textfile): TextfileResult {
  const path = join(folder, textfileName(key));
  try {
    rmSync(path, { force: true });
    return { outcome: 'delivered', path };
  } catch (error) {
    return { outcome: 'failed', path, line: (error as Error).message };
  }
}

/** A different name for each group: `_` only separates the parts, unusual characters are escaped. */
export function textfileName(key: GroupKey): string {
  const [, ...parts] = groupLabels(key).map(([, value]) => escaped(wellFormed(value)));
  const name = parts.join('_');
  return `deploytrack_${name.length > 200 ? `${name.slice(0, 130)}_${sha256(name)}` : name}.prom`;
}

function escaped(text: string): string {
  return encodeURIComponent(text).replaceAll(/[_!~*'()%]/g, (character) =>
    character === '%' ? '+' : `+${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function sha256(text: string): string {
  const { createHash } = require('node:crypto') as typeof import('node:crypto');
  return createHash('sha256').update(text).digest('hex');
}
