import { createSecureContext } from 'node:tls';
import type { Context } from '../../context.ts';
import { usageError } from '../../errors.ts';
import { flag, type Invocation, listOf, text } from '../../words/invocation.ts';
import type { Tls } from '../http/listen.ts';
import { isLoopback, type ListenAddress, parseListenAddress, shownAddress } from '../listenAddress.ts';
import { type Admit, admission } from './admission.ts';
import { allowedHosts, guardHost } from './hostGuard.ts';
import { fileOf } from './secret.ts';

/** How the server is to be reached, and by whom. */
export interface Front {
  readonly address: ListenAddress;
  readonly tls: Tls;
  readonly admit: Admit;
}

/** Reads options and environment; throws a usage error for what is wrong, and for an open door that nobody asked for. */
export function readFront(context: Context, invocation: Invocation): Front {
  const address = parseListenAddress(text(invocation, 'listen') ?? '127.0.0.1:9102');
  const tls = readTls(invocation);
  const admit = admission(context);
  if (!isLoopback(address) && admit === null && tls === null && !flag(invocation, 'insecure'))
    throw usageError(
      `--listen: ${shownAddress(address)} can be reached from other machines, and nothing guards it`,
      'set DEPLOYTRACK_SERVE_TOKEN, or --tls-cert and --tls-key; --insecure leaves it open',
    );
  const named = allowedHosts(listOf(invocation, 'allowed-host'));
  const isGuarded = named.length === 0 && (admit !== null || !isLoopback(address));
  return { address, tls, admit: guardHost(admit ?? (() => null), isGuarded ? null : named) };
}

function readTls(invocation: Invocation): Tls {
  const [cert, key] = [text(invocation, 'tls-cert'), text(invocation, 'tls-key')];
  if (cert === null && key === null) return null;
  if (cert === null || key === null)
    throw usageError(
      `${cert === null ? '--tls-cert' : '--tls-key'} is missing`,
      'TLS needs both, as PEM files',
    );
  const tls = { cert: fileOf(cert, '--tls-cert'), key: fileOf(key, '--tls-key') };
  try {
    createSecureContext(tls);
  } catch (error) {
    throw usageError(
      `--tls-cert, --tls-key: ${(error as Error).message}`,
      'expected a certificate and its private key, each as PEM',
    );
  }
  return tls;
}
