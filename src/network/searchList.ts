/** What decides under which names a host is asked for. */
export interface SearchSettings {
  /** The text of resolv.conf(5); empty where there is none. */
  readonly resolvConf: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** This host's own name: its domain is searched where nothing else is said. */
  readonly ownName: string;
}

/** The names to ask name servers for, one after the other, as resolv.conf(5) tells with `search` and `ndots`. */
export function candidateNames(hostname: string, settings: SearchSettings): string[] {
  if (hostname.endsWith('.')) return [hostname.slice(0, -1)];
  const searched = searchDomains(settings).map((domain) =>
    domain === '' ? hostname : `${hostname}.${domain}`,
  );
  const dots = hostname.split('.').length - 1;
  const names = dots >= fewestDots(settings) ? [hostname, ...searched] : [...searched, hostname];
  return [...new Set(names)];
}

/** LOCALDOMAIN, else the last `search` or `domain`, else this host's own domain. */
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

/** So many dots make a name one that is asked for as it stands first: 1, or what `ndots:` says, at most 15. */
function fewestDots({ resolvConf, env }: SearchSettings): number {
  const options = [...resolvConf.matchAll(/^options[ \t]+(.*)$/gm)].map(([, words]) => words ?? '');
  const said = [...`${options.join(' ')} ${env.RES_OPTIONS ?? ''}`.matchAll(/(?:^|\s)ndots:(\d+)/g)].at(-1);
  return Math.min(said === undefined ? 1 : Number(said[1]), 15);
}
