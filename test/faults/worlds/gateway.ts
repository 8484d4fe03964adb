import type { Fault } from '../fault.ts';

/** All of its budgets together stay below the bound of one command. */
const quick = { env: { DEPLOYTRACK_GATEWAY_TIMEOUT: '600ms' } };
/** A name server that accepts every query and never responds. */
const silentNames = `ip link set lo up; echo 'nameserver 127.0.0.1' > resolv.conf
  mount --bind resolv.conf /etc/resolv.conf
  exec '${process.execPath}' -e "require('dgram').createSocket('udp4').bind(53, '127.0.0.1', () => console.log('ready'))"`;
const codes = { push: 1, doctor: 1 };

export const gatewayFaults: readonly Fault[] = [
  {
    title: 'gateway whose port is closed',
    world: quick,
    gateway: 'refusing',
    says: /connection refused/,
    codes,
  },
  { title: 'gateway that never responds', world: quick, gateway: 'hanging', says: /within 600 ms/, codes },
  {
    title: 'gateway that responds with a byte a second',
    world: quick,
    gateway: 'dripping',
    says: /within 600 ms/,
    codes,
    isWaitedFor: true,
  },
  {
    title: 'gateway whose response never ends',
    world: { env: { ...quick.env, DEPLOYTRACK_ADOPT_TIMEOUT: '600ms' } },
    gateway: 'endless',
    says: /within 600 ms/,
    codes,
  },
  {
    title: 'gateway that resets connections',
    world: quick,
    gateway: 'resetting',
    says: /the connection was reset/,
    codes,
  },
  {
    title: 'gateway that responds with a web page',
    world: quick,
    gateway: 'page',
    says: /no Pushgateway at this address/,
    codes,
  },
  { title: 'gateway that responds with 301', world: quick, gateway: 'moved', says: /301/, codes },
  { title: 'gateway that responds with 400', world: quick, gateway: 'bad', says: /that was refused/, codes },
  { title: 'gateway that responds with 401', world: quick, gateway: 'unauthorized', says: /401/, codes },
  { title: 'gateway that responds with 413', world: quick, gateway: 'tooLarge', says: /413/, codes },
  { title: 'gateway that responds with 500', world: quick, gateway: 'failing', says: /500/, codes },
  {
    title: 'gateway that never finishes the TLS handshake',
    world: {
      ...quick,
      line: `export PUSHGATEWAY_URL="https:$(echo "$PUSHGATEWAY_URL" | cut -d: -f2-)"; exec "$@"`,
    },
    gateway: 'hanging',
    says: /within 600 ms/,
    codes,
    isWaitedFor: true,
  },
  {
    title: 'name servers that never respond',
    world: {
      env: { ...quick.env, PUSHGATEWAY_URL: 'http://pushgateway.internal:9091' },
      space: { flags: ['--net', '--mount'], setUp: silentNames, isOnlyDuringFault: true },
    },
    gateway: 'none',
    says: /could not be looked up within 600 ms/,
    codes,
  },
  {
    title: 'no network',
    world: { ...quick, line: 'exec unshare --net "$@"' },
    gateway: 'none',
    says: /no route to the network/,
    codes,
  },
];
