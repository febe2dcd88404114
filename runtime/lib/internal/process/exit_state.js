'use strict';

// How the process ends: `asked`, whether the program itself asked for it, by process.exit(); `beforeEnd`, called when nothing is
// left to do, before 'beforeExit' is emitted; `atEnd`, then before 'exit' is.
module.exports = { asked: false, atEnd: undefined, beforeEnd: undefined };
