'use strict';

// KEY=value lines, as in --env-file.

const { parseEnv } = internalBinding('options');

module.exports = { parseEnv };
