import type { PushRequest, Session } from '../session.ts';
import type { GatewayReadings } from './gatewayReadings.ts';

/** The readings of one gateway by one command, made when the first group needs one. */
export function readOnce(
  session: Session,
  options: ConstructorParameters<typeof GatewayReadings>[1],
): () => Promise<GatewayReadings> {
  let made: Promise<GatewayReadings> | null = null;
  return () => {
    made ??= import('./gatewayReadings.ts').then((loaded) => new loaded.GatewayReadings(session, options));
    return made;
  };
}

/**
 * Time limit for reading a gateway's state: the end of a deployment does not wait again for what its start waited for.
 */
export function adoptTimeout(
  { settings }: Session,
  { request, isIll }: { request: PushRequest; isIll: boolean },
): number {
  if (request.adopt === 'missing' && isIll) return 0;
  const timeoutMs = settings.durationMs('adopt-timeout');
  return Math.min(timeoutMs, request.mostMs ?? timeoutMs);
}
