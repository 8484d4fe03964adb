import type { OptionWord } from './optionWords.ts';

/** The options of `serve` alone. */
export const serve: readonly OptionWord[] = [
  { name: 'listen', value: 'address', help: 'host:port, [::1]:port or :port for all (127.0.0.1:9102)' },
];
