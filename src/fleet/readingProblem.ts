import { StoreError, storeError } from './storeProblem.ts';

/** What `storeError` says, for a command that only reads: nothing waits to be sent. */
export function readingError(thrown: unknown, shown: string): StoreError {
  const { message, hint = '', fate } = storeError(thrown, shown);
  return new StoreError({
    message: message.replace('refused the rows', 'refused the query'),
    hint: hint.startsWith('the rows wait')
      ? 'check the address of the store, and that its server is running'
      : hint,
    fate,
  });
}
