type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The proxy for a URL in the variables that curl and others read, lower case first; null if there is none. `HTTP_PROXY`
 * is ignored in a CGI program, in which a header of the request sets it.
 */
export function environmentProxy(
  env: Environment,
  url: string,
): { readonly text: string; readonly variable: string } | null {
  const target = new URL(url);
  const isSecure = target.protocol === 'https:';
  if (isExempt(env.no_proxy || env.NO_PROXY || '', target)) return null;
  const names = isSecure ? ['https_proxy', 'HTTPS_PROXY'] : ['http_proxy', 'HTTP_PROXY'];
  const variable = [...names, 'all_proxy', 'ALL_PROXY'].find(
    (name) => (env[name] ?? '') !== '' && !(name === 'HTTP_PROXY' && env.REQUEST_METHOD !== undefined),
  );
  if (variable === undefined) return null;
  const text = (env[variable] ?? '').trim();
  return { text: /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `http://${text}`, variable };
}

/**
 * Whether the list of `no_proxy` has this host: itself, a domain above it, an address, a network (`10.0.0.0/8`), each
 * also with a port, or `*`.
 */
function isExempt(list: string, { hostname, port, protocol }: URL): boolean {
  const host = bare(hostname);
  const at = port === '' ? (protocol === 'https:' ? '443' : '80') : port;
  return list
    .split(/[\s,]+/)
    .filter((entry) => entry !== '')
    .some((entry) => {
      if (entry === '*') return true;
      const [, name = '', wanted] = /^(\[[^\]]*\]|[^:]*):(\d+)$/.exec(entry) ?? ['', entry];
      return (wanted === undefined || wanted === at) && covers(bare(name), host);
    });
}

function covers(name: string, host: string): boolean {
  const { isIP, isIPv6 } = net();
  if (name.includes('/')) return isInNetwork(host, name);
  if (isIP(host) !== 0) return isInNetwork(host, `${name}/${isIPv6(host) ? 128 : 32}`);
  const domain = name.replace(/^\*?\./, '');
  return host === domain || (domain !== '' && host.endsWith(`.${domain}`));
}

function isInNetwork(host: string, network: string): boolean {
  const [address = '', bits = ''] = network.split('/');
  const { BlockList, isIP, isIPv6 } = net();
  const most = isIPv6(address) ? 128 : 32;
  if (isIP(host) === 0 || isIP(host) !== isIP(address) || !/^\d{1,3}$/.test(bits) || Number(bits) > most)
    return false;
  const family = isIPv6(address) ? 'ipv6' : 'ipv4';
  const list = new BlockList();
  list.addSubnet(address, Number(bits), family);
  return list.check(host, family);
}

function bare(name: string): string {
  return name.replaceAll(/[[\]]/g, '').replace(/\.$/, '').toLowerCase();
}

/** Not loaded by commands that contact nothing. */
function net(): typeof import('node:net') {
  return require('node:net') as typeof import('node:net');
}
