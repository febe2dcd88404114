'use strict';

// Whether the program itself asked for its end, by process.exit().
module.exports = { asked: false };
