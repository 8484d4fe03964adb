import { usageError } from '../../errors.ts';

/** The address of a container engine: a socket, a named pipe, or a host. */
export type EngineAddress =
  | { readonly socketPath: string }
  | { readonly host: string; readonly port: number };

/**
 * Parses `unix:///run/docker.sock`, a path, `npipe:////./pipe/docker_engine`, `tcp://host:2375` or `http://…`, like
 * DOCKER_HOST. Throws a usage error for anything else.
 */
export function parseEngineAddress(text: string): EngineAddress {
  const [, path] = /^(?:unix:\/\/)?(\/.+)$/.exec(text) ?? [];
  if (path !== undefined) return { socketPath: path };
  const [, pipe] = /^npipe:(\/\/.+)$/.exec(text) ?? [];
  if (pipe !== undefined) return { socketPath: pipe.replace(/^\/+/, '//').replaceAll('/', '\\') };
  const [, host, port] = /^(?:tcp|http):\/\/([^/:\s]+|\[[\da-fA-F:]+\])(?::(\d{1,5}))?\/?$/.exec(text) ?? [];
  if (host !== undefined) return { host: host.replace(/^\[|\]$/g, ''), port: Number(port ?? 2375) };
  throw usageError(
    `invalid engine address ${JSON.stringify(text)} for --docker`,
    'use unix:///var/run/docker.sock, a path, npipe:////./pipe/docker_engine, or tcp://host:2375 without TLS',
  );
}

export function defaultEngine(platform: NodeJS.Platform): string {
  return platform === 'win32' ? 'npipe:////./pipe/docker_engine' : 'unix:///var/run/docker.sock';
}

export function shownEngine(address: EngineAddress): string {
  return 'socketPath' in address ? address.socketPath : `${address.host}:${address.port}`;
}
