'use strict';

// node:path. Both flavours are always there as path.posix and path.win32.

const posix = require('internal/path/posix');
const win32 = require('internal/path/win32');
posix.win32 = win32.win32 = win32;
posix.posix = win32.posix = posix;
// The names that users see beside the functions.
module.exports = process.platform === 'win32' ? win32 : posix;
