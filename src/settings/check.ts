import type { ValueType } from '../cli/define/option.ts';
import type { SettingData } from '../cli/define/settings.ts';
import { parseDurationMs } from '../duration.ts';
import { textLimits } from '../limits.ts';
import { isFreeText } from '../model.ts';
import { isWellFormed } from '../text/wellFormed.ts';

/** What is wrong with a setting's text, as it stands behind it, and what was expected instead. */
export interface WrongValue {
  readonly wrong: string;
  readonly expected: string;
}

/** Null where the text of a setting is right. */
export function wrongSetting({ type, max }: SettingData, text: string): WrongValue | null {
  return type === 'duration' ? wrongDuration(text, max ?? Number.POSITIVE_INFINITY) : whatIsWrong(type, text);
}

/** Null where a text is right for its kind. */
export function whatIsWrong(type: ValueType, text: string): WrongValue | null {
  switch (type) {
    case 'url':
      return wrongUrl(text);
    case 'name':
      return wrongName(text);
    case 'warnings':
      if (/^(stderr|stdout|off|file:.+)$/.test(text)) return null;
      return { wrong: 'is no place for warnings', expected: 'expected stderr, stdout, off or file:<path>' };
    case 'flag':
      return /^(0|1|true|false)$/i.test(text)
        ? null
        : { wrong: 'is neither 1 nor 0', expected: 'expected 1 or 0' };
    case 'id':
      return null; // one is made of any text
    case 'words':
      return isFreeText(text)
        ? null
        : { wrong: 'is no text of 1 to 200 characters', expected: 'expected a few words' };
    case 'file':
      return text.trim() === '' ? { wrong: 'is empty', expected: 'expected the name of a file' } : null;
    default:
      if (text === '') return { wrong: 'is empty', expected: 'expected a text' };
      return isWellFormed(text) && Buffer.byteLength(text, 'utf8') <= textLimits.text
        ? null
        : { wrong: `is no text of at most ${textLimits.text} bytes`, expected: 'expected a text' };
  }
}

function wrongDuration(text: string, max: number): WrongValue | null {
  const ms = parseDurationMs(text);
  if (ms === null) return { wrong: 'is no duration', expected: 'expected for example 500ms, 60s, 5m, 1h30m' };
  return ms <= max ? null : { wrong: 'is too long', expected: `expected at most ${max / 86_400_000}d` };
}

function wrongUrl(text: string): WrongValue | null {
  const expected = 'expected http://host:9091 or https://…';
  if (!/^https?:\/\//i.test(text)) return { wrong: 'is no URL with a scheme', expected };
  if (!URL.canParse(text)) return { wrong: 'is no valid URL', expected };
  const { search, hash } = new URL(text);
  if (search === '' && hash === '') return null;
  return { wrong: 'has a query part, which is never sent', expected: `${expected}, without ? and #` };
}

/** Group values: the gateway refuses control characters, and one malformed text stops it for everybody. */
function wrongName(text: string): WrongValue | null {
  const expected = 'expected a name of 1 to 255 bytes, in one line';
  if (text === '') return { wrong: 'is empty', expected };
  if (!isWellFormed(text)) return { wrong: 'is no well-formed text', expected };
  if (/[\u0000-\u001f\u007f-\u009f]/.test(text)) return { wrong: 'has control characters', expected };
  return Buffer.byteLength(text, 'utf8') > 255 ? { wrong: 'is longer than 255 bytes', expected } : null;
}
