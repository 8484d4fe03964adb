// node -r tellParts.cjs <program>: at its end the process writes into the file $PARTS_LOADED which parts it loaded.
const { writeFileSync } = require('node:fs');
const { dirname, join } = require('node:path');

const names = [];
require(join(dirname(process.argv[1]), 'load.js')).onScript((name) => names.push(name));
process.on('exit', () => writeFileSync(process.env.PARTS_LOADED, JSON.stringify(names)));
