// process.argv0 is the first word of the command line as it was given; argv[0] and execPath are the program's place.
const assert = require('node:assert');
const { spawnSync } = require('node:child_process');

const code = 'console.log(JSON.stringify([process.argv0, process.argv[0], process.execPath]))';
const run = (options) => JSON.parse(spawnSync(process.execPath, ['-e', code], options).stdout);
assert.deepStrictEqual(run(), [process.execPath, process.execPath, process.execPath]);
assert.deepStrictEqual(run({ argv0: 'another name' }), ['another name', process.execPath, process.execPath]);
