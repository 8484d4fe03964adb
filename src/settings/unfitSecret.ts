/**
 * What is wrong with a secret that is neither empty nor unreadable, and what to use instead. Does not show the secret.
 */
export interface Unfit {
  /** Completes `DEPLOYTRACK_SERVE_TOKEN …`. */
  readonly wrong: string;
  readonly expected: string;
}

/** All headers of a request may have 16 KiB together; this much is left for one. */
const mostHeaderBytes = 15_360;

/** Secrets that arrive in a header, by the variable: one that no header can contain can never be verified. */
const rules: Readonly<Record<string, (value: string) => Unfit | null>> = {
  DEPLOYTRACK_SERVE_TOKEN: (value) => unfitToken(value) ?? tooLong(value.length),
  DEPLOYTRACK_SERVE_USERNAME: (value) => unfitName(value) ?? tooLong(base64Length(value)),
  DEPLOYTRACK_SERVE_PASSWORD: (value) => unfitPassword(value) ?? tooLong(base64Length(value)),
  DEPLOYTRACK_WEBHOOK_GITLAB_TOKEN: (value) => unfitHeader(value) ?? tooLong(Buffer.byteLength(value)),
};

/** Null if the secret of this variable can be used. */
export function unfitSecret(variable: string, value: string): Unfit | null {
  // The replacement character: the intended bytes are lost.
  if (value.includes('\ufffd')) return { wrong: 'is not text in UTF-8', expected: 'use UTF-8' };
  return rules[variable]?.(value) ?? null;
}

function unfitToken(value: string): Unfit | null {
  if (/^[\x21-\x7e]+$/.test(value)) return null;
  return {
    wrong: 'has a character that a bearer token cannot contain',
    expected: 'use ASCII letters, digits and signs, without spaces and line ends',
  };
}

/** A name in `Authorization: Basic` ends at the first colon (RFC 7617). */
export function unfitName(value: string): Unfit | null {
  if (value.includes(':'))
    return {
      wrong: 'has a colon, which a user name of basic credentials cannot contain',
      expected: 'use a user name without a colon',
    };
  return unfitPassword(value);
}

export function unfitPassword(value: string): Unfit | null {
  if (!/[\u0000-\u001f\u007f]/.test(value)) return null;
  return {
    wrong: 'has a control character, which basic credentials cannot contain',
    expected: 'use one line of text',
  };
}

/** Spaces around the value of a header are removed. */
function unfitHeader(value: string): Unfit | null {
  if (value === value.trim() && !/[\u0000-\u0008\u000a-\u001f\u007f]/.test(value)) return null;
  return {
    wrong: 'has a character that a header cannot contain',
    expected: 'use one line of text, without spaces around it',
  };
}

function tooLong(bytes: number): Unfit | null {
  if (bytes <= mostHeaderBytes) return null;
  return {
    wrong: 'is longer than a header can be',
    expected: `use at most ${mostHeaderBytes} bytes`,
  };
}

function base64Length(value: string): number {
  return Math.ceil(Buffer.byteLength(value) / 3) * 4;
}
