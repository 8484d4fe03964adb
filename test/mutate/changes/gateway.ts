import { of } from '../mutation.ts';

/** Requests to the gateway, and the text that it gets and gives. */
export const gateway = [
  ...of('src/push/gateway/pushgateway.ts', [
    {
      find: 'status >= 200 && status < 300',
      replace: 'status >= 200 && status < 400',
      tests: ['test/sinks/secured.test.ts'],
      only: 'counts neither',
      why: 'a redirect to a login page counts as pushed',
    },
    {
      find: "status === 400 && !isOfProxy ? 'refused' : 'failed'",
      replace: "status >= 400 && !isOfProxy ? 'refused' : 'failed'",
      tests: ['test/sinks/secured.test.ts'],
      only: 'only 400',
      why: 'one failure of a proxy suspends a group',
    },
    {
      find: 'isStrange(await beginning(answer), { contentType, isWhole: true })',
      replace: 'isStrange("", { contentType: undefined, isWhole: false })',
      tests: ['test/sinks/secured.test.ts'],
      only: 'only 400',
      why: 'what is no Pushgateway swallows the metrics of months',
    },
    {
      find: 'if (status !== 200) {',
      replace: 'if (status === 0) {',
      tests: ['test/sinks/request.test.ts'],
      why: 'an error page is taken for a gateway without the group, and counters fall',
    },
    {
      find: 'if (Number(age) > 0)',
      replace: 'if (Number(age) > 999)',
      tests: ['test/sinks/throughProxy.test.ts'],
      only: 'caching proxy',
      why: 'the past of a cache becomes the baseline, and counters fall',
    },
  ]),
  ...of('src/push/pushGroups.ts', [
    {
      find: "if (session.settings.isInvalid('gateway-proxy')) return [];",
      replace: '',
      tests: ['test/cli/gatewayProxy.test.ts'],
      only: 'is a warning for a mark',
      why: 'a wrong proxy is reported twice by a mark',
    },
  ]),
  ...of('src/push/proxy/proxyRoute.ts', [
    {
      find: '...(isTunnel ? {} : { path: request.url }),',
      replace: '',
      tests: ['test/sinks/throughProxy.test.ts'],
      only: 'two slashes',
      why: 'a header sends metrics and credentials to another host',
    },
  ]),
  ...of('src/push/gateway/request.ts', [
    {
      find: "const deadline = after(timeoutMs, 'no complete response');",
      replace: "const deadline = after(timeoutMs * 60, 'no complete response');",
      tests: ['test/sinks/request.test.ts'],
      only: 'reading a group ends at the deadline',
      why: 'a gateway that hangs holds a deployment',
    },
    {
      find: 'const trust = credentials.caPem === null ? {} : { ca: credentials.caPem };',
      replace: 'const trust = { rejectUnauthorized: false };',
      tests: ['test/sinks/secured.test.ts'],
      why: 'credentials are sent to whoever answers',
    },
  ]),
  ...of('src/push/gateway/withoutSecrets.ts', [
    {
      find: '.filter((secret) => secret.length >= shortest)',
      replace: '.filter((secret) => secret.length >= 400)',
      tests: ['test/cli/secretsKept.test.ts'],
      only: 'credentials that a gateway repeats',
      why: 'a proxy that repeats the credentials gets them into the log',
    },
  ]),
  ...of('src/push/gateway/plainPut.ts', [
    {
      find: 'if (status >= 200 && status < 300) {',
      replace: 'if (status >= 200 && status < 400) {',
      tests: ['test/sinks/request.test.ts'],
      only: 'redirect',
      why: 'a redirect to a login page counts as pushed',
    },
    {
      find: "status === 400 ? 'refused' : 'failed'",
      replace: "status >= 400 ? 'refused' : 'failed'",
      tests: ['test/sinks/request.test.ts'],
      only: 'Response',
      why: 'one failure of a proxy suspends a group',
    },
    {
      find: 'return strange\n',
      replace: 'return strange && status === 0\n',
      tests: ['test/sinks/request.test.ts'],
      only: 'Response',
      why: 'what is no Pushgateway swallows the metrics of months',
    },
    {
      find: 'lookup: name.lookup, autoSelect',
      replace: 'autoSelect',
      tests: ['test/cli/silentNameServers.test.ts'],
      only: 'a configured timeout',
      why: 'a silent name server holds every command for ten seconds, also its exit',
    },
    {
      find: '      timeoutMs,\n    );',
      replace: '      timeoutMs * 900,\n    );',
      tests: ['test/sinks/request.test.ts'],
      only: 'a push ends at the deadline if the server never',
      why: 'a gateway that hangs holds a deployment',
    },
    {
      find: 'const giveUp = (line: string) => settle(verdict(chunks, true) ?? {',
      replace: 'const giveUp = (line: string) => settle({',
      tests: ['test/sinks/request.test.ts'],
      only: 'drips',
      why: 'a push that was accepted counts as failed',
    },
  ]),
  ...of('src/metrics/exposition.ts', [
    {
      find: ".replaceAll('\"', '\\\\\"')",
      replace: '',
      tests: ['test/metrics/exposition.test.ts'],
      why: 'one quote in a version makes the gateway reject every push',
    },
    {
      find: ".replaceAll('\\n', '\\\\n')",
      replace: '',
      tests: ['test/metrics/exposition.test.ts'],
      why: 'a label with two lines adds samples of its own',
    },
    {
      find: "['instance', key.instance.toLowerCase()],",
      replace: "['instance', key.instance],",
      tests: [
        'test/sinks/groupPath.test.ts',
        'test/sinks/textfile.test.ts',
        'test/metrics/exposition.test.ts',
      ],
      why: 'two spellings of a host are two groups',
    },
  ]),
  ...of('src/metrics/parse.ts', [
    {
      find: '[...labels.keys()].every((name) => this.#key.has(name) || names.includes(name))',
      replace: 'names.length >= 0',
      tests: ['test/metrics/parse.test.ts'],
      why: 'the group of another program becomes a baseline',
    },
    {
      find: "counts.push([bound === Number.POSITIVE_INFINITY ? '+Inf' : String(bound), count - below]);",
      replace: "counts.push([bound === Number.POSITIVE_INFINITY ? '+Inf' : String(bound), count]);",
      tests: ['test/metrics/parse.test.ts'],
      why: 'a baseline counts each observation in all buckets above it',
    },
    {
      find: 'return Number.isSafeInteger(whole) && whole > 0 ? whole : 0;',
      replace: 'return whole;',
      tests: ['test/metrics/parse.test.ts'],
      why: 'a baseline of NaN stays for ever',
    },
  ]),
];
