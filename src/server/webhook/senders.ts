import type { ReadEvents } from '../../collect/webhook/deploymentEvent.ts';
import { readGeneric } from '../../collect/webhook/generic.ts';
import { readGithub } from '../../collect/webhook/github.ts';
import { readGitlab } from '../../collect/webhook/gitlab.ts';
import type { Json } from '../../collect/webhook/json.ts';
import type { RequestHeaders } from '../route.ts';
import { isSecretOfHeader, isSigned } from './signature.ts';

/** A delivery as received. */
export interface SignedRequest {
  readonly headers: RequestHeaders;
  /** The signed bytes, unchanged. */
  readonly body: Buffer;
}

/** A sender of webhooks, and how it is verified. */
export interface Sender {
  readonly name: 'github' | 'gitlab' | 'generic';
  /** Name of its secret, after DEPLOYTRACK_WEBHOOK_. */
  readonly secretName: string;
  /** The header with the signature or token. */
  readonly proof: string;
  /** The header with the ID of the delivery; no signature covers it. */
  readonly delivery: string;
  isProven(body: Buffer, given: { proof: string; secret: string }): boolean;
  read(body: Json, headers: RequestHeaders): ReadEvents;
}

const bySignature: Sender['isProven'] = (body, { proof, secret }) =>
  isSigned(body, { signature: proof, secret });

export const senders: readonly Sender[] = [
  {
    name: 'github',
    secretName: 'GITHUB_SECRET',
    proof: 'x-hub-signature-256',
    delivery: 'x-github-delivery',
    isProven: bySignature,
    read: (body, headers) => readGithub(body, (headers['x-github-event'] ?? 'unknown').slice(0, 60)),
  },
  {
    name: 'gitlab',
    secretName: 'GITLAB_TOKEN',
    proof: 'x-gitlab-token',
    delivery: 'idempotency-key',
    isProven: (_, { proof, secret }) => isSecretOfHeader(proof, secret),
    read: (body) => readGitlab(body),
  },
  {
    name: 'generic',
    secretName: 'GENERIC_SECRET',
    proof: 'x-deploytrack-signature',
    delivery: 'x-deploytrack-delivery',
    isProven: bySignature,
    read: (body) => readGeneric(body),
  },
];
