import type { ValueType } from '../cli/define/option.ts';
import type { SettingData } from '../cli/define/settings.ts';
import { parseDurationMs } from '../duration.ts';
import { isFreeText, isWellFormed, textLimits } from '../model.ts';
import { parsedStore } from './storeUrl.ts';

/** What is wrong with a text, and what was expected instead. */
export interface WrongValue {
  /** Comes before the value: `invalid duration`. */
  readonly wrong: string;
  readonly expected: string;
}

/** Null if the text of a setting is valid. */
export function wrongSetting({ type, max }: SettingData, text: string): WrongValue | null {
  return type === 'duration' ? wrongDuration(text, max ?? Number.POSITIVE_INFINITY) : whatIsWrong(type, text);
}

/** Null if a text is valid for its kind. */
export function whatIsWrong(type: ValueType, text: string): WrongValue | null {
  switch (type) {
    case 'url':
      return wrongUrl(text);
    case 'urls':
      return wrongUrls(text);
    case 'proxy':
      return wrongProxy(text);
    case 'store':
      return wrongStore(text);
    case 'name':
      return wrongName(text);
    case 'warnings':
      if (/^(stderr|stdout|off|file:.+)$/.test(text)) return null;
      return { wrong: 'invalid value', expected: 'expected stderr, stdout, off or file:<path>' };
    case 'flag':
      return /^(0|1|true|false)$/i.test(text)
        ? null
        : { wrong: 'invalid value', expected: 'expected 1 or 0' };
    case 'id':
      return null; // any text is turned into an ID
    case 'words':
      return isFreeText(text) ? null : { wrong: 'invalid text', expected: 'expected 1 to 200 characters' };
    case 'file':
      return text.trim() === '' ? { wrong: 'empty file name', expected: 'expected a path' } : null;
    default:
      return text !== '' && isWellFormed(text) && Buffer.byteLength(text, 'utf8') <= textLimits.text
        ? null
        : { wrong: 'invalid text', expected: `expected 1 to ${textLimits.text} bytes of valid UTF-8` };
  }
}

function wrongDuration(text: string, max: number): WrongValue | null {
  const ms = parseDurationMs(text);
  const wrong = 'invalid duration';
  if (ms === null) return { wrong, expected: 'expected 500ms, 60s or 1h30m' };
  return ms <= max ? null : { wrong, expected: `expected at most ${max / 86_400_000}d` };
}

function wrongUrl(text: string): WrongValue | null {
  const wrong = 'invalid URL';
  const expected = 'expected http://host:9091 or https://…';
  if (!/^https?:\/\//i.test(text) || !URL.canParse(text)) return { wrong, expected };
  const { search, hash } = new URL(text);
  if (search === '' && hash === '') return null;
  return { wrong, expected: `${expected}, without ? and #, which are never sent` };
}

/** What is in it is read when it is used. */
function wrongStore(text: string): WrongValue | null {
  if (parsedStore(text) !== null) return null;
  return { wrong: 'invalid URL', expected: 'expected postgres://user@host/database' };
}

const otherSeparator = /[;|]\s*https?:\/\//i;

/** One line for the first wrong one; a comma in a host is one that was to separate addresses. */
function wrongUrls(text: string): WrongValue | null {
  if (otherSeparator.test(text))
    return {
      wrong: 'invalid URL',
      expected: 'separate several addresses by commas: http://host:9091,http://other:9091',
    };
  const parts = splitUrls(text);
  const hasComma = parts.some((part) => URL.canParse(part) && new URL(part).host.includes(','));
  const found = hasComma ? wrongUrl('') : (parts.map(wrongUrl).find((problem) => problem !== null) ?? null);
  if (found === null || !text.includes(',')) return found;
  return {
    ...found,
    expected: 'expected http://host:9091,http://other:9091, each with its scheme and without ? and #',
  };
}

/** Empty: none, although a variable or a file sets one. A proxy has no path. */
function wrongProxy(text: string): WrongValue | null {
  if (text === '' || text === 'environment') return null;
  const isProxy = /^https?:\/\//i.test(text) && URL.canParse(text) && isOrigin(new URL(text));
  return isProxy ? null : { wrong: 'invalid URL', expected: 'expected http://host:3128 or environment' };
}

function isOrigin({ pathname, search, hash }: URL): boolean {
  return pathname === '/' && search === '' && hash === '';
}

/** Group values. The gateway rejects control characters; one malformed text makes it fail for all groups. */
function wrongName(text: string): WrongValue | null {
  const isValid =
    text !== '' &&
    isWellFormed(text) &&
    !/[\u0000-\u001f\u007f-\u009f]/.test(text) &&
    Buffer.byteLength(text, 'utf8') <= 255;
  const expected = 'expected 1 to 255 bytes of valid UTF-8 without control characters';
  return isValid ? null : { wrong: 'invalid name', expected };
}

/**
 * The URLs in a text, separated by commas or white space. A comma that no `http://` or `https://` follows is part of a URL,
 * as it may be in a path or a password.
 */
export function splitUrls(text: string): string[] {
  return text
    .replace(/[\s,]+$/, '')
    .trimStart()
    .split(/[\s,]+(?=https?:\/\/)/i);
}
