import { expect, test } from 'vitest';
import { readHosts } from '../../src/network/hostsFile.ts';

const text = `# a comment
127.0.0.1\tlocalhost
::1 localhost ip6-localhost
10.0.0.1   Gateway.example gateway # and gateway2
10.0.0.2 gateway\r
 10.0.0.3 other
`;

test.each([
  ['localhost', ['127.0.0.1', '::1']],
  ['gateway', ['10.0.0.1', '10.0.0.2']],
  ['GATEWAY.example.', ['10.0.0.1']],
  ['other', ['10.0.0.3']],
  ['gateway2', []],
  ['and', []],
  ['10.0.0.1', []],
  ['', []],
])('the hosts file has for %j the addresses %j', (name, addresses) => {
  expect(readHosts(text, name)).toEqual(addresses);
});
