'use strict';

// `node file.js`

require('internal/modules/cjs/loader').Module.runMain(process.argv[1]);
