import { shellArgument } from '../../text/shellArgument.ts';
import type { Site } from '../http/fetchText.ts';
import { textIn } from '../http/objects.ts';
import type { PrometheusState } from './prometheusState.ts';

/** A request as a command. User and password are not in it. */
export function prometheusCurl({ url }: Site, path: string): string {
  return `curl -fsS ${shellArgument(`${url}${path}`)}`;
}

/** The command that makes Prometheus read its configuration again. */
export function reloadCommand({ site, flags }: PrometheusState): string {
  return flags['web.enable-lifecycle'] === 'true'
    ? `curl -fsS -X POST ${shellArgument(`${site.url}/-/reload`)}`
    : 'systemctl reload prometheus';
}

/** The file of its configuration, for a sentence. */
export function configurationFile({ flags }: PrometheusState): string {
  return textIn(flags['config.file']) || 'prometheus.yml';
}

/** A path that a server named, as an argument; null if it cannot be typed. */
export function typedForeign(path: string): string | null {
  return /^[\x20-\x7e]+$/.test(path) && !path.includes('`') ? shellArgument(path) : null;
}
