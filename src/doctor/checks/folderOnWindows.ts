import { type Account, administrators, rightsOf, system } from '../../files/closeFolder.ts';
import { everyone, type FolderAcl } from '../../files/folderAcl.ts';
import { typedPath } from '../../text/shellArgument.ts';
import { type Finding, ok, wrong } from '../finding.ts';

/** Who everybody belongs to: all, signed in, here, by the network, users, guests, without a name. */
const broad = [
  everyone,
  'S-1-5-11',
  'S-1-5-4',
  'S-1-5-2',
  'S-1-5-32-545',
  'S-1-5-32-546',
  'S-1-5-7',
] as const;

/** SDDL abbreviates the local administrator and the administrators of the domain. */
const trusted = [system, administrators, 'LA', 'DA', 'EA'];

/**
 * Whether a folder of a ledger on Windows is closed, as a new one is: another account may have made it first, and
 * earlier versions did not close it. A group or account that was given rights on purpose is fine.
 */
export function folderOnWindows(
  path: string,
  { acl, account }: { acl: FolderAcl | null; account: Account | null },
): readonly Finding[] {
  if (acl === null || account === null)
    return [ok(`the owner and the rights of ${path} could not be determined, and were not checked`)];
  const isForeign = ![...trusted, account.sid].includes(acl.owner);
  const open = acl.allowed.filter((sid) => (broad as readonly string[]).includes(sid));
  const found: Finding[] = [];
  if (isForeign)
    found.push(
      wrong({
        message: `the ledger's folder ${path} belongs to another account, ${acl.owner}`,
        meaning: 'that account can read, change or replace the ledger, whatever the rights of the folder are',
        fix: `run \`icacls ${typedPath(path, 'win32')} /setowner "*${administrators}" /T\` as administrator`,
      }),
    );
  const leaving = isForeign && acl.allowed.includes(acl.owner) ? [...open, acl.owner] : open;
  if (leaving.length > 0)
    found.push(
      wrong({
        message: `other accounts have rights in the ledger's folder ${path}: ${leaving.join(', ')}`,
        meaning: 'they can read errors and kept output there, or change and invent deployments',
        fix: `run \`${closing(path, { account, leaving })}\` as administrator, with a /grant more for each other account that deploys`,
      }),
    );
  return found;
}

/** The line that gives a folder the rights of a new one, for cmd.exe and PowerShell. */
function closing(
  path: string,
  { account, leaving }: { account: Account; leaving: readonly string[] },
): string {
  const [, ...rights] = rightsOf(path, account);
  const words = [...rights, ...leaving.flatMap((sid) => ['/remove:g', `*${sid}`])];
  const typed = words.map((word) => (word.startsWith('*') ? `"${word}"` : word));
  return ['icacls', typedPath(path, 'win32'), ...typed].join(' ');
}
