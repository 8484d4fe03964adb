#!/usr/bin/env node
'use strict';
let entry;
let cause;
try {
  entry = require('../dist/deploytrack.cjs');
} catch (error) {
  cause = error;
}
// Missing, or cut in the middle of an upgrade: what was to be wrapped runs nevertheless.
if (typeof entry?.run === 'function') entry.run();
else require('./bare.js')(cause);
