import { dirname, join, normalize } from 'node:path/posix';

/** A link of a Markdown text, as written. */
export interface Link {
  readonly target: string;
  /** The path in the repository; null if it is an external URL. */
  readonly path: string | null;
  readonly anchor: string | null;
}

const home = 'https://github.com/deploytrack/deploytrack';

/** Every link, picture and HTML reference of a page, outside of code. */
export function linksOf({ name, text }: { name: string; text: string }): Link[] {
  const prose = text.replaceAll(/^```[\s\S]*?^```$/gm, '').replaceAll(/`[^`\n]*`/g, '``');
  const targets = [
    ...prose.matchAll(/\]\(([^)\s]+)(?: "[^"]*")?\)/g),
    ...prose.matchAll(/(?:src|href)="([^"]+)"/g),
    ...prose.matchAll(/^\[[^\]]+\]: (\S+)$/gm),
    ...prose.matchAll(/<(https?:[^>\s]+)>/g),
  ];
  return targets.map(([, target = '']) => resolved(name, target));
}

function resolved(name: string, target: string): Link {
  const [address = '', anchor = null] = target.split('#', 2);
  const own = new RegExp(`^${home}/(?:blob|tree)/main/(.+)$`).exec(address)?.[1];
  if (own !== undefined) return { target, path: own, anchor };
  if (/^[a-z]+:/.test(address)) return { target, path: null, anchor };
  return { target, path: address === '' ? name : normalize(join(dirname(name), address)), anchor };
}

/** The anchors of the headings, as GitHub creates them: a repeated one gets a number. */
export function anchorsOf(markdown: string): string[] {
  const seen = new Map<string, number>();
  return [...markdown.replaceAll(/^```[\s\S]*?^```$/gm, '').matchAll(/^#+ (.+)$/gm)].map(([, title = '']) => {
    const slug = title
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}_ -]/gu, '')
      .replaceAll(' ', '-');
    const count = seen.get(slug) ?? 0;
    seen.set(slug, count + 1);
    return count === 0 ? slug : `${slug}-${count}`;
  });
}
