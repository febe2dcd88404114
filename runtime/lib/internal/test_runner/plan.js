'use strict';

// How many assertions and subtests a test is to run. Spec: Node 24, test.md, "context.plan(count[, options])".

const { clearTimeout, setTimeout } = require('timers');
const { codes: { ERR_INVALID_ARG_TYPE } } = require('internal/errors');
const { validateNumber, validateObject, validateUint32 } = require('internal/validators');
const { testFailure } = require('internal/test_runner/utils');

class Plan {
  // options.wait: true waits for as long as it takes, a number for as many ms, false not at all.
  constructor(count, options = { __proto__: null }) {
    validateUint32(count, 'count');
    validateObject(options, 'options');
    const { wait = false } = options;
    if (typeof wait === 'number') validateNumber(wait, 'options.wait', 0, 2147483647);
    else if (typeof wait !== 'boolean') throw new ERR_INVALID_ARG_TYPE('options.wait', ['boolean', 'number'], wait);
    this.expected = count;
    this.actual = 0;
    this.wait = wait;
    this.waiting = undefined;
  }

  count() {
    this.actual++;
    if (this.waiting !== undefined && this.actual >= this.expected) this.waiting.resolve();
  }

  // Returns a promise while the plan may still be met; throws when it was missed.
  check() {
    if (this.actual < this.expected && this.wait !== false) return this.#untilMet();
    if (this.actual !== this.expected) {
      throw testFailure(`plan expected ${this.expected} assertions but received ${this.actual}`, 'testCodeFailure');
    }
    return undefined;
  }

  async #untilMet() {
    this.waiting = Promise.withResolvers();
    let timer;
    if (typeof this.wait === 'number') {
      timer = setTimeout(() => {
        this.waiting.reject(testFailure(
          `plan timed out after ${this.wait}ms with ${this.actual} assertions when expecting ${this.expected}`,
          'testTimeoutFailure'));
      }, this.wait);
    }
    try {
      await this.waiting.promise;
    } finally {
      clearTimeout(timer);
      this.waiting = undefined;
    }
  }
}

module.exports = { Plan };
