/** A secret: a variable, or a file that `<variable>_FILE` names. Only whether it is set is ever shown. */
export interface SecretData {
  readonly variable: string;
  /** Its name in `doctor`. */
  readonly title: string;
  readonly help: string;
}

const gateway = (name: string, help: string): SecretData => ({
  variable: `DEPLOYTRACK_GATEWAY_${name}`,
  title: `gateway ${name.toLowerCase().replace('_', ' ')}`,
  help,
});
const serve = (name: string, help: string): SecretData => ({
  variable: `DEPLOYTRACK_SERVE_${name}`,
  title: `serve ${name.toLowerCase()}`,
  help,
});
const webhook = (name: string, help: string): SecretData => ({
  variable: `DEPLOYTRACK_WEBHOOK_${name}`,
  title: `webhook ${name.toLowerCase().replace('_', ' ')}`,
  help,
});

/** Every secret that is read; `doctor` lists and checks them in this order. */
export const secrets: readonly SecretData[] = [
  gateway('USERNAME', 'user name for the Pushgateway; needs the password'),
  gateway('PASSWORD', 'password for the Pushgateway'),
  gateway('TOKEN', 'bearer token for the Pushgateway'),
  gateway('CA', 'certificate authority of the Pushgateway, as PEM'),
  gateway('HEADERS', 'more request headers for the Pushgateway, one per line'),
  gateway('PROXY_USERNAME', 'user name for the proxy of --gateway-proxy'),
  gateway('PROXY_PASSWORD', 'password for the proxy of --gateway-proxy'),
  {
    variable: 'DEPLOYTRACK_STORE_PASSWORD',
    title: 'store password',
    help: 'password for the central store',
  },
  {
    variable: 'DEPLOYTRACK_HEALTH_HEADERS',
    title: 'health headers',
    help: 'request headers of health checks and probes, one per line',
  },
  serve('TOKEN', 'bearer token that clients of `serve` must send'),
  serve('USERNAME', 'user name that clients of `serve` must send'),
  serve('PASSWORD', 'password that clients of `serve` must send'),
  webhook('GITHUB_SECRET', 'secret that GitHub signs webhooks with'),
  webhook('GITLAB_TOKEN', 'token that GitLab sends with webhooks'),
  webhook('GENERIC_SECRET', 'secret that other tools sign webhooks with'),
];
