import { of } from '../mutation.ts';

/** Nobody is let in, and nobody keeps others out. */
export const server = [
  ...of('src/server/webhook/signature.ts', [
    {
      find: 'return isSecretOfHeader(signature.toLowerCase(), wanted);',
      replace: 'return signature !== "" && wanted.startsWith(signature.toLowerCase());',
      tests: ['test/server/webhook.test.ts'],
      only: 'truncated or extended',
      why: 'any beginning of a signature is accepted',
    },
  ]),
  ...of('src/server/auth/sameSecret.ts', [
    {
      find: 'return timingSafeEqual(hash(given), hash(secret));',
      replace: 'return timingSafeEqual(hash(given), hash(secret)) || given.length === secret.length;',
      tests: ['test/server/sameSecret.test.ts'],
      why: 'any secret of the right length is accepted',
    },
  ]),
  ...of('src/server/auth/secret.ts', [
    {
      find: 'if (problem !== null)\n',
      replace: 'if (problem === "")\n',
      tests: ['test/server/front.test.ts'],
      only: 'an empty secret',
      why: 'a CI variable that was not filled opens the server',
    },
  ]),
  ...of('src/server/auth/readListenerConfig.ts', [
    {
      find: '!isLoopback(address) && admitted === null && !input.insecure',
      replace: '!isLoopback(address) && admitted === null && tls === null && !input.insecure',
      tests: ['test/server/front.test.ts'],
      only: 'TLS without authentication',
      why: 'every machine of the network reads the deployments',
    },
    {
      find: 'isGuarded ? null : named',
      replace: 'null',
      tests: ['test/server/rebinding.test.ts'],
      only: 'foreign Host',
      why: 'any web page reads the server of the developer who opens it',
    },
  ]),
  ...of('src/server/auth/authenticate.ts', [
    {
      find: 'sameSecret(given.value, one.value) && one.scheme === given.scheme',
      replace: 'sameSecret(given.value, one.value)',
      tests: ['test/server/front.test.ts'],
      only: 'uthentication',
      why: 'credentials are accepted in a form that was not asked for',
    },
    {
      find: 'if (fitting.length > 0) return null;',
      replace: 'if (fitting.length > 0 || headers.authorization === undefined) return null;',
      tests: ['test/server/front.test.ts'],
      only: 'uthentication',
      why: 'who sends no credentials is let in',
    },
  ]),
  ...of('src/server/auth/hostGuard.ts', [
    {
      find: "if (!hosts.every(isNamed)) return foreignHost(hosts[0] ?? '');",
      replace: '',
      tests: ['test/server/hostGuard.test.ts'],
      why: 'any web page reads the local server by a name of its own',
    },
    {
      find: 'if (hosts.length > 1 && new Set(hosts).size > 1)',
      replace: 'if (hosts.length > 99)',
      tests: ['test/server/hostGuard.test.ts'],
      why: 'a second Host header passes the guard',
    },
    {
      find: "headers['sec-fetch-site'] === 'cross-site' &&",
      replace: "headers['sec-fetch-site'] === 'cross-origin' &&",
      tests: ['test/server/hostGuard.test.ts'],
      why: 'any web page reads the local server by its address',
    },
    {
      find: "parts[0] === '127' && parts.every(isByte)",
      replace: "parts[0] === '127'",
      tests: ['test/server/hostGuard.test.ts'],
      why: '127.0.0.evil counts as this machine',
    },
    {
      find: '!(isPage && isNavigation(headers))',
      replace: '!isNavigation(headers)',
      tests: ['test/server/hostGuard.test.ts'],
      why: 'another site opens the API in a frame',
    },
  ]),
  ...of('src/server/webhook/receive.ts', [
    {
      find: 'atMs >= nowMs - windowMs && atMs <= nowMs + aheadMs',
      replace: 'atMs <= nowMs + aheadMs',
      tests: ['test/server/webhook.test.ts'],
      only: 'rejected or ignored',
      why: 'a recorded delivery can be sent again after weeks',
    },
    {
      find: 'atMs >= nowMs - windowMs && atMs <= nowMs + aheadMs',
      replace: 'atMs >= nowMs - windowMs',
      tests: ['test/server/webhook.test.ts'],
      only: 'rejected or ignored',
      why: 'an event of the next year stays the version in service',
    },
    {
      find: 'if (unproven !== null) return unproven;',
      replace: '',
      tests: ['test/server/webhook.test.ts'],
      only: 'truncated or extended',
      why: 'everybody can write deployments',
    },
    {
      find: 'environments.length === 0 ? !subject.isTransient',
      replace: 'environments.length === 0 ? true',
      tests: ['test/server/webhook.test.ts'],
      only: 'transient environment',
      why: 'each pull request is a group of its own',
    },
  ]),
  ...of('src/server/http/listen.ts', [
    {
      find: 'if (isClientGone(error)) return void socket.destroy();',
      replace: 'if (isClientGone(error)) return;',
      tests: ['test/server/limits.test.ts'],
      only: 'TLS handshake fails',
      why: 'half-open connections keep their descriptors for ever',
    },
    {
      find: 'handshakeTimeout: limits.headerTimeoutMs',
      replace: 'handshakeTimeout: 120_000',
      tests: ['test/server/connections.test.ts'],
      only: 'closed after ten seconds',
      why: 'half-open connections keep their slots for two minutes',
    },
    {
      find: 'headersTimeout: limits.headerTimeoutMs,',
      replace: 'headersTimeout: 0,',
      tests: ['test/server/limits.test.ts'],
      only: 'no complete head',
      why: 'a client that sends nothing keeps its slot three times as long',
    },
    {
      find: 'maxHeaderSize: limits.headerBytes,',
      replace: 'maxHeaderSize: 1 << 26,',
      tests: ['test/server/limits.test.ts'],
      only: 'more than 16 KiB',
      why: 'headers of any size take the memory of the server',
    },
  ]),
  ...of('src/server/http/connections.ts', [
    {
      find: "of ['idle', 'opening', 'answering'] as const",
      replace: "of ['answering', 'opening', 'idle'] as const",
      tests: ['test/server/limits.test.ts'],
      only: 'idle connection',
      why: 'clients lose their slots in the middle of a head while idle connections keep theirs',
    },
    {
      find: 'count(other) - count(one)',
      replace: 'count(one) - count(other)',
      tests: ['test/server/connections.test.ts'],
      only: 'the most connections',
      why: 'one address takes the slots of all others',
    },
    {
      find: 'this.#open.size < this.#limit ? null',
      replace: 'this.#open.size >= 0 ? null',
      tests: ['test/server/connections.test.ts', 'test/server/badClients.test.ts'],
      only: 'eyond the limit|beyond',
      why: 'connections take the memory and the descriptors of the server',
    },
  ]),
  ...of('src/server/http/stop.ts', [
    {
      find: 'setTimeout(() => connections.destroyAll(), patienceMs)',
      replace: 'setTimeout(() => {}, patienceMs)',
      tests: ['test/server/limits.test.ts'],
      only: 'a server that stops',
      why: 'an endless response keeps the server from ending on SIGTERM',
    },
  ]),
  ...of('src/server/http/nodeListener.ts', [
    {
      find: "return encodeURIComponent(decodeURIComponent(path)).replaceAll('%2F', '/');",
      replace: 'return decodeURIComponent(path);',
      tests: ['test/server/wire.test.ts'],
      only: 'path',
      why: 'a path is decoded twice',
    },
  ]),
  ...of('src/settings/readSecret.ts', [
    {
      find: "if (said !== undefined && said.trim() !== '')",
      replace: 'if (said !== undefined)',
      tests: ['test/settings/readSecret.test.ts'],
      why: 'spaces are a secret',
    },
    {
      find: "return value.trim() === '' ? empty(source, what) :",
      replace: 'return',
      tests: ['test/settings/readSecret.test.ts'],
      why: 'an empty file is a secret',
    },
  ]),
  ...of('src/host/helperEnvironment.ts', [
    {
      find: 'if (value === undefined || /^(DEPLOYTRACK_|PUSHGATEWAY_URL$)/i.test(name)) return [];',
      replace: 'if (value === undefined) return [];',
      tests: ['test/host/findProgram.test.ts'],
      why: 'a package manager that is asked for versions gets our secrets',
    },
    {
      find: '.filter((folder) => isAbsolute(folder))',
      replace: '',
      tests: ['test/host/findProgram.test.ts'],
      why: 'root runs a program of the folder that it works in',
    },
  ]),
];
