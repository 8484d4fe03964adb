// Writes src/ledger/rows.ts: the types of the ledger's rows, from its schema.
import './needsNode.mjs';
import { writeFileSync } from 'node:fs';
import { rowsText } from './rowsText.mjs';

writeFileSync('src/ledger/rows.ts', rowsText());
