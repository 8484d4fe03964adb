import { platform } from 'node:os';
import { programVersion } from './programVersion.ts';
import { projectHome } from './projectHome.ts';

/** Where a fault of this program is reported. */
const reportAt = `${projectHome}/issues`;
const ourFrame = /[\\/](?:dist[\\/]|bin[\\/](?=bare\.))([\w-]+\.c?js:\d+:\d+)\)?$/m;

/**
 * An error that is a fault of ours, in words that can be sent to us as they are. A message may hold what a user typed or
 * where his files are: it is left out, and so is every path.
 */
export function internalError(error: unknown): { code: 'INTERNAL'; message: string; hint: string } {
  const where = `deploytrack ${programVersion}, Node ${process.version}, ${platform()} ${process.arch}`;
  return {
    code: 'INTERNAL',
    message: `internal error: ${kindOf(error)}; ${where}`,
    hint: `report it with this line at ${reportAt}; DEPLOYTRACK_DEBUG=1 shows the error itself, which may contain your data`,
  };
}

/** Whether an error is of a kind that only a fault of ours causes: not the system's, nor the ledger's. */
export function isFault(error: unknown): boolean {
  if (!(error instanceof Error)) return true;
  const { code } = error as NodeJS.ErrnoException;
  if (typeof code === 'string') return code.startsWith('ERR_');
  return /^(Type|Range|Reference|Syntax)Error$/.test(error.name);
}

function kindOf(error: unknown): string {
  if (!(error instanceof Error)) return `a thrown ${typeof error}`;
  const { name, code, syscall, stack } = error as NodeJS.ErrnoException;
  const words = [name, code, syscall].filter((word) => typeof word === 'string' && /^\w{1,40}$/.test(word));
  const [, frame] = ourFrame.exec(stack?.slice(0, 10_000) ?? '') ?? [];
  return frame === undefined ? words.join(' ') : `${words.join(' ')} at ${frame}`;
}
