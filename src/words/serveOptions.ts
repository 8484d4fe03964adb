import { type OptionWord, staleAfter } from './optionWords.ts';

/** The options of `serve` alone. */
export const serve: readonly OptionWord[] = [
  { name: 'listen', value: 'address', help: 'host:port, [::1]:port or :port for all (127.0.0.1:9102)' },
  { name: 'tls-cert', value: 'file', help: 'certificate (with its chain) as PEM: HTTPS' },
  { name: 'tls-key', value: 'file', help: 'its private key as PEM' },
  { name: 'insecure', help: 'listen beyond loopback without auth' },
  {
    name: 'allowed-host',
    value: 'name',
    help: 'a name that a proxy passes on as Host (on loopback without auth: localhost and 127.0.0.1 alone)',
    many: true,
  },
  { name: 'sample', help: 'a month of invented deployments, for a look; your ledger is not read' },
  {
    name: 'docker',
    value: '[address]',
    help: 'follow labelled containers: DOCKER_HOST, else unix:///var/run/docker.sock',
  },
  staleAfter,
  { name: 'webhook-window', value: 'duration', help: 'how old an event of a webhook may be (3d)' },
  {
    name: 'webhook-environment',
    value: 'name',
    help: 'take only deployments to this one (all but those that GitHub calls transient)',
    many: true,
  },
];
