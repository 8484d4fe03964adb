// Which part a file of the sources belongs to, by the commands that used it.

/** A part for each file. A package is one part: its files are one another's. */
export function ownPart(id) {
  const [, module] = /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(id) ?? [];
  return module === undefined
    ? id.replace(/^.*?\bsrc\//, '').replaceAll(/[^\w.]/g, '_')
    : `package_${module.replaceAll(/\W/g, '_')}`;
}

/** Parts that others build on. */
const layers = ['session', 'marks', 'ledger', 'cli'];
const marks = ['phase start', 'phase end'];
const pushes = ['phase end, pushed'];
const wraps = ['phase run', 'phase run, pushed'];
const writes = ['start', 'finish', 'finish, pushed'];
const reads = ['history', 'show', 'stats'];

/**
 * The part of a file of the sources. `part` is the one that it belongs to by who imports it, null if by nobody in particular; `used`
 * gives the names of the commands that used a file. What a wrapped command may need is apart from what marks need, in parts that
 * are loaded before it starts: once it runs, nothing may be missed.
 */
export function usedPart({ id, part, used }) {
  const commands = used(id);
  const isIn = (...names) => names.some((name) => commands.has(name));
  const isOf = (names) => [...commands].every((name) => names.includes(name));
  // What marks change the ledger with stays in the first part, so that it is not read while the ledger is locked.
  if (id.startsWith('src/ledger/') && part === 'deploytrack') return part;
  // What the textfile is written with: by then the ledger is locked.
  if (id === 'src/files/whileHeld.ts') return 'session';
  if (part === 'deploytrack') {
    if (isIn('version', ...marks, ...pushes)) return 'deploytrack';
    return isOf(wraps) ? 'wrap' : 'words';
  }
  if (isIn(...marks)) return 'session';
  if (isIn(...pushes)) return 'push';
  if (isIn(...wraps)) return 'marks';
  if (commands.size === 0) return part === null || part === 'server' ? part : `${part}Rest`;
  if (part !== null && id.includes('node_modules')) return ownPart(id);
  const family = isOf(writes) ? 'Writing' : isOf(reads) ? 'Reading' : 'Common';
  // What saves a mark when a part is missing is in none of the parts that may be missing then.
  if (layers.includes(part)) return `${part}${family}`;
  const [first] = new Set([...commands].map((name) => name.replace(/,.*/, '')));
  return isOf([first, `${first}, pushed`]) ? first : `others${family}`;
}
