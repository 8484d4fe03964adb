import { rowTests } from './rows.ts';
import { gatewayFaults } from './worlds/gateway.ts';

rowTests(gatewayFaults);
