import { platform } from 'node:os';
import { programVersion } from './programVersion.ts';
import { projectHome } from './projectHome.ts';

/** The page for bug reports. */
const reportAt = `${projectHome}/issues`;
const ourFrame = /[\\/](?:dist[\\/]|bin[\\/](?=bare\.))([\w-]+\.c?js:\d+:\d+)\)?$/m;

/**
 * Describes a bug of deploytrack in a text that can be published as it is. The message may contain user input or paths,
 * so it is left out.
 */
export function internalError(error: unknown): { code: 'INTERNAL'; message: string; hint: string } {
  const where = `deploytrack ${programVersion}, Node ${process.version}, ${platform()} ${process.arch}`;
  return {
    code: 'INTERNAL',
    message: `internal error: ${kindOf(error)}; ${where}`,
    hint: `report the line above at ${reportAt}; DEPLOYTRACK_DEBUG=1 shows the error itself, which may contain your data`,
  };
}

/** Whether an error can only be a bug of deploytrack: not an error of the system, nor of the ledger. */
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
