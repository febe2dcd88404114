'use strict';

// A dot for each test that passed, an X for each that failed, then what failed.

const colors = require('internal/util/colors');
const { formatTest } = require('internal/test_runner/reporters/pretty');

const kColumns = 20;

async function* dot(source) {
  colors.refresh();
  let count = 0;
  let columns = columnsNow();
  const failed = [];
  for await (const { type, data } of source) {
    if (type === 'test:pass') {
      yield `${colors.green}.${colors.reset}`;
    } else if (type === 'test:fail') {
      yield `${colors.red}X${colors.reset}`;
      failed.push(data);
    }
    if ((type === 'test:pass' || type === 'test:fail') && ++count === columns) {
      yield '\n';
      columns = columnsNow();
      count = 0;
    }
  }
  yield '\n';
  if (failed.length > 0) {
    yield `\n${colors.red}Failed tests:${colors.white}\n\n`;
    for (const data of failed) yield formatTest('test:fail', data);
  }
}

function columnsNow() {
  return Math.max(process.stdout.columns ?? kColumns, kColumns);
}

module.exports = dot;
