/** A set of label matchers; a text in quotes may contain anything. */
const matchers = /\{((?:[^{}"]|"(?:[^"\\]|\\.)*")*)\}/g;
const textOrNumber = /"(?:[^"\\]|\\.)*"|(?<![\w:.])\d[\w.]*(?:(?<=e)[+-]\d+)?/g;
const matcher = /\w+(?:=~|!~|!=|=)"(?:[^"\\]|\\.)*"/g;

/**
 * An expression without what Prometheus writes in its own way (white space, durations, numbers, the order of matchers), and
 * without what `--set` changes: thresholds, the bucket that they are, and the environment that they are for.
 */
export function structureOf(expression: string): string {
  return expression
    .replaceAll(/\s+/g, '')
    .replaceAll(matchers, (_, inner: string) => withoutChosen(inner))
    .replaceAll(textOrNumber, (found) => (found.startsWith('"') ? found : '#'));
}

function withoutChosen(inner: string): string {
  const kept = (inner.match(matcher) ?? [])
    .filter((one) => !/^environment!?="/.test(one))
    .map((one) => (one.startsWith('le=') ? 'le=#' : one));
  return kept.length === 0 ? '' : `{${kept.sort().join(',')}}`;
}
