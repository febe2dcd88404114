'use strict';

// The tree of tests as it grows, then what failed, for people.

const Transform = require('internal/streams/transform');
const colors = require('internal/util/colors');
const { colorOf, formatTest, indentOf, kSigns, locationOf } = require('internal/test_runner/reporters/pretty');

class SpecReporter extends Transform {
  #open = []; // starts that are not written yet: those of tests that may have children
  #written = []; // the open tests of which the line is written
  #failed = [];

  constructor() {
    super({ __proto__: null, writableObjectMode: true });
    colors.refresh();
  }

  #outcome(type, data) {
    // The start is its own, or that of a parent whose children are through.
    if (this.#open.pop() === undefined) this.#written.pop();
    let prefix = '';
    for (const parent of this.#open) {
      prefix += `${indentOf(parent.nesting)}${kSigns['arrow:right']}${parent.name}\n`;
      this.#written.push(parent);
    }
    this.#open.length = 0;
    return formatTest(type, data, { __proto__: null, prefix, indent: indentOf(data.nesting), showError: false });
  }

  #handle({ type, data }) {
    switch (type) {
      case 'test:fail':
        if (data.details?.error?.failureType !== 'subtestsFailed') this.#failed.push(data);
        return this.#outcome(type, data);
      case 'test:pass':
        return this.#outcome(type, data);
      case 'test:start':
        this.#open.push(data);
        return '';
      case 'test:stderr':
      case 'test:stdout':
        return data.message;
      case 'test:diagnostic':
      case 'test:log': {
        const color = colorOf(data.level) || colorOf(type);
        return `${color}${indentOf(data.nesting)}${kSigns[type]}${data.message}${colors.white}\n`;
      }
      case 'test:summary':
        // Of a whole run, not of one file in it.
        if (data.file === undefined) return this.#failures();
        return '';
      case 'test:coverage':
        return require('internal/test_runner/coverage_report').formatReport(
          indentOf(data.nesting), data.summary, kSigns['test:coverage'], colors.blue);
      case 'test:watch:restarted':
        return `\nRestarted at ${new Date().toLocaleString()}\n`;
      case 'test:interrupted':
        return this.#interrupted(data.tests);
    }
    return '';
  }

  #interrupted(tests) {
    if (tests.length === 0) return '';
    let text = `\n${colors.yellow}Interrupted while running:${colors.white}\n`;
    for (const test of tests) text += `${indentOf(test.nesting)}${kSigns['warning:alert']}${test.name}\n`;
    return text;
  }

  #failures() {
    if (this.#failed.length === 0) return '';
    let text = `\n${colors.red}${kSigns['test:fail']}failing tests:${colors.white}\n`;
    for (const data of this.#failed) {
      text += '\n';
      if (data.file) text += `test at ${locationOf(data)}\n`;
      text += formatTest('test:fail', data);
    }
    this.#failed = [];
    return text;
  }

  _transform(event, encoding, callback) {
    callback(null, this.#handle(event));
  }

  _flush(callback) {
    callback(null, this.#failures());
  }
}

module.exports = { SpecReporter };
