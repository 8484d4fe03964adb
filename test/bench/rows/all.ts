import type { Group } from '../row.ts';
import { commands } from './commands.ts';
import { deployment } from './deployment.ts';
import { gatewayDown } from './gatewayDown.ts';
import { journal } from './journal.ts';
import { marks } from './marks.ts';
import { memories } from './memory.ts';
import { peerCalls } from './peers.ts';
import { precision } from './precision.ts';
import { shellMarks } from './shell.ts';

export const groups: readonly Group[] = [
  marks,
  commands,
  gatewayDown,
  journal,
  memories,
  precision,
  shellMarks,
  peerCalls,
  deployment,
];
