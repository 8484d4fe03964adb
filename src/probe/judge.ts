import { wellFormed } from '../model.ts';
import { redactToCut } from '../redact.ts';
import { versionsAgree } from '../text/versionsAgree.ts';
import type { Finding, Verdict } from './finding.ts';
import { resolvePointer } from './pointer.ts';
import { quoted } from './quoted.ts';
import type { ProbeTarget } from './target.ts';

export interface ProbeResponse {
  readonly statusCode: number;
  readonly statusText: string;
  readonly location: string | undefined;
  readonly contentType: string | undefined;
}

type Expectation = Pick<ProbeTarget, 'expectStatus' | 'expectVersion' | 'versionPointer'>;

/** The verdict from the head of a response; null if the body is needed. */
export function judgeHead(expected: Expectation, answer: ProbeResponse): Finding | null {
  const { statusCode } = answer;
  const seen = `${statusCode}${answer.statusText === '' ? '' : ` (${quoted(answer.statusText, 40).slice(1, -1)})`}`;
  if (!statusFits(expected.expectStatus, statusCode)) {
    if (statusCode >= 300 && statusCode < 400 && answer.location !== undefined) {
      const place = quoted(placeOnly(answer.location), 200);
      return found(
        'redirect',
        `redirected to ${place} with ${statusCode}; redirects are not followed`,
        answer,
      );
    }
    return found('wrong_status', `expected status ${expected.expectStatus}, got ${seen}`, answer);
  }
  return expected.expectVersion === null ? found('healthy', `responded with ${seen}`, answer) : null;
}

/** The verdict from the whole body about the version. */
export function judgeBody(
  expected: Expectation & { expectVersion: string },
  answer: ProbeResponse,
  body: string,
): Finding {
  const wanted = `expected version ${quoted(expected.expectVersion)}`;
  const document = parseJson(body);
  if (document === notJson)
    return found('not_json', `${wanted}, got ${kindOf(body, answer)} instead of JSON`, answer);
  const value = resolvePointer(document, expected.versionPointer);
  const version = typeof value === 'number' ? String(value) : value;
  if (typeof version !== 'string' || version === '') {
    const place = expected.versionPointer === '' ? 'the body' : expected.versionPointer;
    return found('no_version', `${wanted}, but ${place} ${absence(value)}`, answer);
  }
  const verdict = versionsAgree(expected.expectVersion, version) ? 'healthy' : 'wrong_version';
  const words =
    verdict === 'healthy' ? `responded as version ${quoted(version)}` : `${wanted}, got ${quoted(version)}`;
  return {
    ...found(verdict, words, answer),
    version: wellFormed(redactToCut(version, 256)).slice(0, 256),
  };
}

function statusFits(expected: number | '2xx', statusCode: number): boolean {
  return expected === '2xx' ? statusCode >= 200 && statusCode < 300 : statusCode === expected;
}

function found(verdict: Verdict, words: string, answer: ProbeResponse): Finding {
  return { verdict, words, statusCode: answer.statusCode, version: null };
}

/** A redirect to a login page may carry secrets: user, password and query are not shown. */
function placeOnly(location: string): string {
  return location.replace(/[?#].*$/s, '').replace(/^([a-z][a-z0-9+.-]*:)?\/\/[^/]*@/i, '$1//');
}

const notJson = Symbol('not JSON');

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body.replace(/^\uFEFF/, ''));
  } catch {
    return notJson;
  }
}

function kindOf(body: string, answer: ProbeResponse): string {
  if (body.trim() === '') return 'an empty body';
  const type = answer.contentType === undefined ? '' : ` (${quoted(answer.contentType, 40).slice(1, -1)})`;
  return `${quoted(body, 40)}${type}`;
}

function absence(value: unknown): string {
  if (value === undefined) return 'is missing';
  if (value === null) return 'is null';
  if (value === '') return 'is empty';
  return Array.isArray(value)
    ? 'is an array'
    : `is ${typeof value === 'object' ? 'an object' : `a ${typeof value}`}`;
}
