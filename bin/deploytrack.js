#!/usr/bin/env node
'use strict';
let entry;
let cause;
try {
  entry = require('./load.js').loadPart('deploytrack.cjs');
} catch (error) {
  cause = error;
}
if (typeof entry?.run === 'function') entry.run(withoutParts);
else withoutParts(cause);

/** Missing, or truncated during an upgrade: a wrapped command runs anyway. */
function withoutParts(why) {
  let bare;
  try {
    bare = require('./bare.js');
  } catch {}
  if (typeof bare?.runWithoutEntry === 'function') bare.runWithoutEntry(why);
  else alone(process.argv.slice(2));
}

/** Only this file can be loaded: the wrapped command runs, and a warning says that nothing is recorded. */
function alone(argv) {
  const { word, own, command } = apart(argv);
  // biome-ignore format: made by the build
  const wraps = /^(phase run|extract|venv-rebuild|migrate|cutover|smoke|rollback|run)$/.test(word);
  // Reading commands report the failure even if deploytrack is disabled.
  // biome-ignore format: made by the build
  const tells = /^(gate|gate freeze|gate thaw|history|show|compare|report|stats|fleet|fleet wait|doctor|rules|dashboards|export|completion|shell)$/.test(word);
  // biome-ignore format: made by the build
  const records = /^(start|phase start|phase end|phase record|error-rate|cost|finish|rollback start|rollback end|verify)$/;
  const isDisabled = process.env.DEPLOYTRACK_DISABLED === '1' && !tells;
  const isOff =
    process.env.DEPLOYTRACK_WARNINGS === 'off' || /\0--warnings[=\0]off\0/.test(`\0${own.join('\0')}\0`);
  if (!isDisabled && !isOff)
    process.stderr.write(
      `deploytrack: warning: nothing is recorded: dist/deploytrack.cjs and bin/bare.js cannot be loaded\ndeploytrack: hint: install deploytrack in ${require('node:path').dirname(__dirname)} again\n`,
    );
  if (word === 'start') process.stdout.write('none\n');
  const isStrict = own.includes('--strict') || /^(1|true)$/i.test(process.env.DEPLOYTRACK_STRICT ?? '');
  const isHealth = (part) => /^--health(=|$)/.test(part);
  const isRollback = /^rollback( end)?$/.test(word);
  const answers = (isRollback && own.some(isHealth)) || (!wraps && !records.test(word));
  const isGated = own.includes('--gate') && !/\0--hotfix[=\0]/.test(`\0${own.join('\0')}`);
  const mayRefuse = own.includes('--exclusive') || (isGated && process.env.DEPLOYTRACK_ON_ERROR !== 'pass');
  const failed = !isDisabled && (isStrict || answers || mayRefuse) ? 1 : 0;
  const mayRun = wraps && (isDisabled || word !== 'run' || !mayRefuse);
  if (command.length > 0 && mayRun) return runAlone(command, { word, isDisabled, failed });
  const given = /(?:^|\0)--on-exit[=\0]([^\0]*)/.exec(argv.join('\0'));
  process.exitCode = argv.some((part) => /^--on-exit(=|$)/.test(part)) ? Number(given?.[1]) || 0 : failed;
}

/** Our arguments, and the command after `--` or after our last operand. The lists are made from the commands' records. */
function apart(argv) {
  // biome-ignore format: made by the build
  const flags = /^--(gateway-failover|strict|join|exclusive|take-over|gate|allow-failure|try|keep-stderr|marks|irreversible|any-version|insecure|passed|failed|on-exit|abandoned|discard|json|confirm|dry-run)$/;
  // biome-ignore format: made by the build
  const counts = { 'phase start': 2, 'phase end': 2, 'phase record': 2, 'phase run': 2, health: 2, smoke: 2, 'error-rate': 2, cost: 3, verify: 2 };
  // biome-ignore format: made by the build
  const pairs = /^(phase start|phase end|phase record|phase run|rollback start|rollback end)$/;
  const words = [];
  let most = 1;
  let at = 0;
  for (; at < argv.length && argv[at] !== '--'; at += 1) {
    const part = argv[at];
    if (part.startsWith('--') && !part.includes('=') && !flags.test(part) && argv[at + 1] !== '--') at += 1;
    else if (part !== '' && !part.startsWith('-')) {
      if (words.length === most) break;
      const pair = `${part} ${argv[at + 1]}`;
      const isPair = words.length === 0 && pairs.test(pair);
      words.push(isPair ? pair : part);
      if (isPair) at += 1;
      most = Object.hasOwn(counts, words[0]) ? counts[words[0]] : 1;
    }
  }
  const [word = ''] = words;
  return { word, own: argv.slice(0, at), command: argv.slice(argv[at] === '--' ? at + 1 : at) };
}

function runAlone([name, ...args], { word, isDisabled, failed }) {
  const none = isDisabled || word !== 'run' || process.env.DEPLOYTRACK_ID ? {} : { DEPLOYTRACK_ID: 'none' };
  const options = { stdio: 'inherit', env: { ...process.env, ...none } };
  const refuse = ({ code }) => {
    process.stderr.write(`deploytrack: error: ${name}: ${code}\n`);
    process.exit(code === 'ENOENT' || name === '' ? 127 : 126);
  };
  // The terminal has sent the last two to the command already.
  const sent = require('node:tty').isatty(0) ? ['SIGINT', 'SIGQUIT'] : [];
  let child;
  for (const signal of ['SIGTERM', 'SIGHUP', 'SIGUSR1', 'SIGUSR2', 'SIGINT', 'SIGQUIT'])
    listen(signal, () => sent.includes(signal) || child.kill(signal));
  try {
    child = require('node:child_process').spawn(name, args, options).on('error', refuse);
  } catch (error) {
    return refuse(error);
  }
  child.on('exit', (code, signal) => {
    if (signal === null) process.exit(code === 0 ? failed : code);
    // Node ignores some signals until they had a listener.
    listen(signal, () => {});
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
    setTimeout(() => process.exit(128 + (require('node:os').constants.signals[signal] ?? 0)), 1000);
  });
}

function listen(signal, listener) {
  try {
    process.on(signal, listener);
  } catch {}
}
