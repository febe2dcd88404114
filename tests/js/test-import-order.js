// What import() brings runs after the code that called it, after the promise jobs that were due, and before timers; a level of
// the graph takes two promise jobs more. Numbers of jobs are Node 24's.
const assert = require('assert');

let jobs = 0;
(function count() { Promise.resolve().then(() => { jobs++; if (jobs < 60) count(); }); })();
const order = [];
globalThis.note = (what) => order.push(`${what} ${jobs}`);
const data = (text) => `data:text/javascript,${encodeURIComponent(text)}`;
import(data('note("body")')).then(() => note('then'));
import(data(`import ${JSON.stringify(data('note("inner")'))}; note("outer")`)).then(() => note('then of two'));
import('./not-there.mjs').catch(() => note('failed'));
note('after');
setTimeout(() => {
  assert.deepStrictEqual(order, [
    'after 0', 'body 5', 'failed 5', 'inner 7', 'outer 7', 'then 11', 'then of two 13',
  ]);
}, 50);
