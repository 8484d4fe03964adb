import { rowTests } from './rows.ts';
import { processFaults } from './worlds/process.ts';

rowTests(processFaults);
