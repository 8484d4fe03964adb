import { parsedJson } from '../http/objects.ts';

export interface VersionField {
  /** JSON pointer. */
  readonly pointer: string;
  readonly value: string;
}

const deepest = 5;
const mostFields = 5;
const mostLooked = 5000;
const looksLikeVersion = /^v?\d+(\.\d+)+|^v\d+$|^[0-9a-f]{7,40}$/i;

/** The fields of a JSON text that look like a version, by name and value. */
export function versionFields(text: string): VersionField[] {
  const found: VersionField[] = [];
  let looked = 0;
  const look = (value: unknown, { pointer, depth }: { pointer: string; depth: number }): void => {
    looked += 1;
    if (looked > mostLooked || found.length >= mostFields || depth > deepest) return;
    if (typeof value === 'object' && value !== null) {
      for (const [name, inner] of Object.entries(value))
        look(inner, { pointer: `${pointer}/${escaped(name)}`, depth: depth + 1 });
      return;
    }
    const word = typeof value === 'number' ? String(value) : value;
    if (typeof word === 'string' && isVersion(pointer, word)) found.push({ pointer, value: word });
  };
  look(parsedJson(text.replace(/^\uFEFF/, '')), { pointer: '', depth: 0 });
  return found;
}

function isVersion(pointer: string, value: string): boolean {
  const name = pointer.split('/').at(-1) ?? '';
  return /version|release|revision|commit|sha|build|tag/i.test(name) && looksLikeVersion.test(value);
}

function escaped(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1');
}
