'use strict';

// The constants of os, fs and crypto in one object: deprecated, and still asked for.

const { os, fs } = internalBinding('constants');

module.exports = Object.freeze(Object.assign({}, os.dlopen, os.errno, os.priority, os.signals, fs));
