const home = 'https://github.com/deploytrack/deploytrack';

/**
 * The text with the Unreleased changes moved under the version; unchanged if that was done before. Throws if
 * there is nothing to release.
 */
export function released(text, { version, date }) {
  const unreleased = partOf(text, 'Unreleased');
  if (unreleased === null) throw new Error('CHANGELOG.md has no section [Unreleased]');
  if (partOf(text, version) !== null) {
    if (unreleased !== '')
      throw new Error(`CHANGELOG.md has [${version}] and something that is [Unreleased]`);
    return text;
  }
  if (unreleased === '') throw new Error('CHANGELOG.md says nothing under [Unreleased]');
  const before = /^\[Unreleased\]: .*\/compare\/v(.+)\.\.\.HEAD$/m.exec(text)?.[1];
  if (before === undefined) throw new Error('CHANGELOG.md has no link for [Unreleased]');
  return text
    .replace('## [Unreleased]\n', `## [Unreleased]\n\n## [${version}] - ${date}\n`)
    .replace(
      /^\[Unreleased\]: .*$/m,
      `[Unreleased]: ${home}/compare/v${version}...HEAD\n[${version}]: ${home}/compare/v${before}...v${version}`,
    );
}

/** The changes of a version, without its heading; null if it has no section. */
export function partOf(text, version) {
  const [, , after] = text.split(new RegExp(`^(## \\[${version.replaceAll('.', '\\.')}\\].*\n)`, 'm'));
  return after === undefined ? null : (after.split(/^(?:## |\[[^\]]+\]: )/m)[0] ?? '').trim();
}
