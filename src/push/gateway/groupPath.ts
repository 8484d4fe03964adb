import { DeploytrackError } from '../../errors.ts';
import { groupLabels } from '../../metrics/groupLabels.ts';
import type { GroupKey } from '../../model.ts';
import { isWellFormed, wellFormed } from '../../text/wellFormed.ts';

/**
 * The path of a group below a gateway's URL: `/metrics/job/deploytrack/instance/…/deployment/…/environment/…`. Throws
 * SETTING for a value that must not be sent: one ill-formed value makes the gateway fail for all groups.
 */
export function groupPath(key: GroupKey): string {
  return `/metrics/${groupLabels(key).map(segment).join('/')}`;
}

function segment([label, value]: readonly [label: string, value: string]): string {
  const wrong = whatIsWrong(value);
  if (wrong !== null) {
    throw new DeploytrackError({
      code: 'SETTING',
      message: `the ${label} ${JSON.stringify(wellFormed(value.slice(0, 80)))} cannot be sent: it ${wrong}`,
      hint: `use 1 to 255 bytes of text without control characters for --${label}`,
    });
  }
  return isPlain(value) ? `${label}/${value}` : `${label}@base64/${Buffer.from(value).toString('base64url')}`;
}

function whatIsWrong(value: string): string | null {
  if (value === '') return 'is empty';
  if (!isWellFormed(value)) return 'is not well-formed text';
  if (/\p{Cc}/u.test(value)) return 'has control characters';
  return Buffer.byteLength(value) > 255 ? 'is longer than 255 bytes' : null;
}

/** A slash, `.` and `..` would be normalized into another group's path; proxies may change other characters. */
function isPlain(value: string): boolean {
  return /^[A-Za-z0-9_~-][A-Za-z0-9._~-]*$/.test(value);
}
