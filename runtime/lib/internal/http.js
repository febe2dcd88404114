'use strict';

// The date of the Date header, made once a second, and who asks for it.

const { setUnrefTimeout } = require('internal/timers');

let date;

function utcDate() {
  if (date === undefined) {
    const now = new Date();
    date = now.toUTCString();
    setUnrefTimeout(() => { date = undefined; }, 1000 - now.getMilliseconds());
  }
  return date;
}

module.exports = { utcDate };
