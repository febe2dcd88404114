'use strict';

// A dot for each test that passed, an X for each that failed, then what failed.

const colors = require('internal/util/colors');
const { formatTest, kSigns } = require('internal/test_runner/reporters/pretty');

const kColumns = 20;

async function* dot(source) {
  colors.refresh();
  let count = 0;
  let columns = columnsNow();
  const failed = [];
  const missed = [];
  let coverage;
  for await (const { type, data } of source) {
    if (type === 'test:pass') {
      yield `${colors.green}.${colors.reset}`;
    } else if (type === 'test:fail') {
      yield `${colors.red}X${colors.reset}`;
      failed.push(data);
    }
    if (type === 'test:diagnostic' && data.level === 'error') missed.push(data.message);
    if (type === 'test:coverage') coverage = data;
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
  // Of coverage only what falls short.
  if (missed.length === 0) return;
  for (const message of missed) yield `${colors.red}${kSigns['test:coverage']}${message}${colors.white}\n`;
  if (coverage === undefined) return;
  yield require('internal/test_runner/coverage_report').formatReport(
    '', coverage.summary, kSigns['test:coverage'], colors.blue);
}

function columnsNow() {
  return Math.max(process.stdout.columns ?? kColumns, kColumns);
}

module.exports = dot;
