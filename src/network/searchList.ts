/** The settings that decide under which names a host is looked up. */
export interface SearchSettings {
  /** The text of resolv.conf(5); empty if there is none. */
  readonly resolvConf: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** This host's own name: its domain is searched if nothing else is set. */
  readonly ownName: string;
}

/** The names to look up, one after the other, by `search` and `ndots` of resolv.conf(5). */
export function candidateNames(hostname: string, settings: SearchSettings): string[] {
  if (hostname.endsWith('.')) return [hostname.slice(0, -1)];
  const searched = searchDomains(settings).map((domain) =>
    domain === '' ? hostname : `${hostname}.${domain}`,
  );
  const dots = hostname.split('.').length - 1;
  const names = dots >= fewestDots(settings) ? [hostname, ...searched] : [...searched, hostname];
  return [...new Set(names)];
}

/** LOCALDOMAIN, otherwise the last `search` or `domain`, otherwise this host's own domain. */
function searchDomains({ resolvConf, env, ownName }: SearchSettings): string[] {
  const said = env.LOCALDOMAIN;
  if (said !== undefined) return domains(said);
  const line = [...resolvConf.matchAll(/^(?:search|domain)[ \t]+(.*)$/gm)].at(-1)?.[1];
  if (line !== undefined) return domains(line.replace(/[#;].*$/, ''));
  const dot = ownName.indexOf('.');
  return dot === -1 ? [] : domains(ownName.slice(dot + 1));
}

function domains(text: string): string[] {
  return text
    .split(/\s+/)
    .filter((domain) => domain !== '')
    .map((domain) => domain.replace(/\.$/, ''));
}

/** A name with this many dots is looked up as it is first: 1, or what `ndots:` says, at most 15. */
function fewestDots({ resolvConf, env }: SearchSettings): number {
  const options = [...resolvConf.matchAll(/^options[ \t]+(.*)$/gm)].map(([, words]) => words ?? '');
  const said = [...`${options.join(' ')} ${env.RES_OPTIONS ?? ''}`.matchAll(/(?:^|\s)ndots:(\d+)/g)].at(-1);
  return Math.min(said === undefined ? 1 : Number(said[1]), 15);
}
