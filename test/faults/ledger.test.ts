import { rowTests } from './rows.ts';
import { ledgerFaults } from './worlds/ledger.ts';

rowTests(ledgerFaults);
