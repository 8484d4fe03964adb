import type { Context } from '../context.ts';

/** Prints each address of a name on its own line. */
const script =
  "require('node:dns').lookup(process.argv[1],{all:true},(e,found=[])=>{for(const{address}of found)console.log(address)})";

/**
 * The addresses that this system itself has for a name: it may know more than name servers do (mDNS, LDAP, its own
 * name). Run in a process of its own, which can be ended at any moment. Empty if there are none; never rejects.
 */
export async function querySystem(
  context: Pick<Context, 'platform' | 'env' | 'program'>,
  { hostname, signal }: { hostname: string; signal: AbortSignal },
): Promise<string[]> {
  const node = [context.program.node, '-e', script, '--', hostname];
  // A tenth of the time that Node takes; not every system has it.
  const getent = context.platform === 'linux' ? await linesOf(['getent', 'ahosts', '--', hostname]) : null;
  const lines = getent ?? (await linesOf(node)) ?? [];
  return [...new Set(lines.map((line) => line.split(/\s/)[0] ?? '').filter((address) => address !== ''))];

  /** Null if there is no such program. */
  function linesOf([file = '', ...args]: readonly string[]): Promise<string[] | null> {
    const { execFile } = require('node:child_process') as typeof import('node:child_process');
    return new Promise((resolve) => {
      const options = {
        env: { ...context.env, NODE_OPTIONS: '' },
        signal,
        killSignal: 'SIGKILL',
        windowsHide: true,
      } as const;
      execFile(file, args, options, (error, stdout) =>
        resolve((error as NodeJS.ErrnoException | null)?.code === 'ENOENT' ? null : stdout.split('\n')),
      ).stdin?.end();
    });
  }
}
