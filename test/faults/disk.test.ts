import { rowTests } from './rows.ts';
import { diskFaults } from './worlds/disk.ts';

rowTests(diskFaults);
