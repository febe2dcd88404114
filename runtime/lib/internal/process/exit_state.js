'use strict';

// How the process ends: `asked`, whether the program itself asked for it, by process.exit(); `atEnd`, called when nothing is
// left to do, before 'exit' is emitted.
module.exports = { asked: false, atEnd: undefined };
