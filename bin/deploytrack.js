#!/usr/bin/env node
'use strict';
require('../dist/deploytrack.cjs');
