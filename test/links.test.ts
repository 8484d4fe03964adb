import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { runbookOf } from '../src/monitoring/rules/alertRule.ts';
import { alerts } from '../src/monitoring/rules/alerts/alerts.ts';
import { everyPage, page, pages, root } from './readme/document.ts';
import { anchorsOf, type Link, linksOf } from './readme/links.ts';

/** Links of all documents for people: in the repository, and in the package that npm installs. */
const local = everyPage.flatMap((one) =>
  linksOf(one)
    .filter(({ path }) => path !== null)
    .map((link) => ({ from: one.name, ...link, path: link.path ?? '' })),
);

describe('Links in the repository', () => {
  test.each(local)('the link to $target in $from leads to a file and a heading', ({ path, anchor }) => {
    expect(path.startsWith('..')).toBe(false);
    expect(existsSync(join(root, path)), path).toBe(true);
    if (anchor !== null) expect(anchorsOf(readFileSync(join(root, path), 'utf8'))).toContain(anchor);
  });

  test('the documents contain links', () => {
    expect(local.length).toBeGreaterThan(150);
    expect(local.filter(({ anchor }) => anchor !== null).length).toBeGreaterThan(50);
  });

  test('every script that a page names exists and is executable', () => {
    const named = everyPage.flatMap(({ code }) =>
      code.flatMap((text) => text.match(/(?<![\w/.-])scripts\/[\w.-]*\w/g) ?? []),
    );
    expect(named).toEqual(expect.arrayContaining(['scripts/demo', 'scripts/test']));
    for (const script of new Set(named))
      expect(() =>
        accessSync(join(root, script), script.endsWith('.mjs') ? constants.R_OK : constants.X_OK),
      ).not.toThrow();
  });

  test.each(alerts.map(({ name }) => name))('the runbook URL of %s leads to its heading', (name) => {
    const [link] = linksOf({ name: 'alert', text: `<${runbookOf(name)}>` }) as [Link];
    expect(link.path).toBe('docs/alerts.md');
    expect(anchorsOf(page('docs/alerts.md').text)).toContain(link.anchor);
  });
});

describe('Links in the installed package', () => {
  const packed = packedFiles();
  const isPacked = (path: string) =>
    packed.has(path) || [...packed].some((file) => file.startsWith(`${path.replace(/\/$/, '')}/`));

  test('the installed package contains the pages', () => {
    expect(pages.map(({ name }) => name).filter((name) => !packed.has(name))).toEqual([]);
    expect([...packed]).toEqual(expect.arrayContaining(['LICENSE', 'CHANGELOG.md', 'SECURITY.md']));
  });

  test('every link of a page in the package leads to a file in the package', () => {
    const dead = local.filter(({ from, path }) => packed.has(from) && !isPacked(path));
    expect(dead.map(({ from, target }) => `${from}: ${target}`)).toEqual([]);
  });
});

/** The files that `npm pack` would include, without running its scripts. */
function packedFiles(): ReadonlySet<string> {
  const { stdout, status, stderr } = spawnSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
    cwd: root,
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`npm pack: ${stderr}`);
  const [{ files }] = JSON.parse(stdout) as [{ files: { path: string }[] }];
  return new Set(files.map(({ path }) => path));
}
