'use strict';

// performance.now() for the parts that only need the time: ms since the process began, with fractions.

const { now } = internalBinding('clock');

module.exports = { now };
