import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { join } from 'node:path';
import type { Program } from '../support/program.ts';

/**
 * Replacements of third-party programs that the pages call, and deploytrack itself with `serve` in the
 * background.
 */
export function stubs(program: Program, port: number): Readonly<Record<string, string>> {
  const own = `'${program.words.join("' '")}'`;
  const { folder } = program;
  return {
    deploytrack: `if [ "$1" = serve ]; then
  [ ! -e '${folder}/pids' ] || kill $(cat '${folder}/pids') 2>/dev/null
  ${own} "$@" --listen 127.0.0.1:${port} >/dev/null 2>'${folder}/serve.log' &
  echo $! >>'${folder}/pids'
  for _ in $(seq 600); do
    ! grep -q '"listening"' '${folder}/serve.log' || exit 0
    sleep 0.1
  done
  cat '${folder}/serve.log' >&2
  exit 1
fi
code=0
${own} "$@" || code=$?
[ $code != 2 ] || echo "$@" >>'${folder}/usage-errors'
exit $code`,
    python3:
      '[ "$2" != venv ] || { mkdir -p "$3/bin" && printf "#!/bin/sh\\n" >"$3/bin/pip" && chmod +x "$3/bin/pip"; }',
    ssh: `shift\nexec env -u DEPLOYTRACK_ID DEPLOYTRACK_LEDGER='${join(folder, 'target.db')}' sh -c "$*"`,
    sudo: 'exec "$@"',
    alembic: 'echo "INFO  [alembic.runtime.migration] Running upgrade  -> 1975ea83b712, create notes"',
    docker: '[ "$4 $5" != "web ./migrate.sh" ] || exec ./migrate.sh',
    ...Object.fromEntries(['unzip', 'npm', 'systemctl', 'rabbitmqctl', 'groupadd'].map((name) => [name, ''])),
  };
}

/** A port on which nothing listens at the moment. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
