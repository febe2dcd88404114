'use strict';

// node:fs/promises, documented in doc/api/fs.md.

module.exports = require('internal/fs/promises').exports;
