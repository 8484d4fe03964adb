import { usageError } from '../errors.ts';

/** The address to listen on; `host` null means all addresses of the machine. */
export interface ListenAddress {
  readonly host: string | null;
  /** 0 means any free port. */
  readonly port: number;
}

/** `host:port`, `[v6]:port`, `:port` or a bare port. Throws a usage error for anything else. */
export function parseListenAddress(text: string): ListenAddress {
  const found = /^(?:(?:\[([0-9a-fA-F:.]+(?:%[\w.-]+)?)\]|([^:[\]\s/]*)):)?(\d{1,5})$/.exec(text);
  const port = Number(found?.[3] ?? Number.NaN);
  if (found === null || port > 65_535) {
    throw usageError(
      `invalid address ${JSON.stringify(text)} for --listen; expected host:port, such as 127.0.0.1:9102 or [::1]:9102, or :9102 for all addresses`,
    );
  }
  const host = found[1] ?? found[2] ?? '127.0.0.1';
  return { host: host === '' || host === '*' ? null : host, port };
}

/** Whether only this machine can reach it. */
export function isLoopback({ host }: ListenAddress): boolean {
  return host !== null && (host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host));
}

export function shownAddress({ host, port }: ListenAddress): string {
  return host === null ? `:${port}` : `${host.includes(':') ? `[${host}]` : host}:${port}`;
}
