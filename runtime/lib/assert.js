'use strict';

// https://nodejs.org/api/assert.html

const AssertionError = require('internal/assert/assertion_error');
const {
  codes: { ERR_AMBIGUOUS_ARGUMENT, ERR_CONSTRUCT_CALL_REQUIRED, ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_INVALID_RETURN_VALUE },
} = require('internal/errors');
const { inspect } = require('internal/util/inspect');
const { isError } = require('internal/util');
const { isRegExp, isPromise } = require('internal/util/types');
const { validateFunction, validateOneOf } = require('internal/validators');

const kOptions = Symbol('options');
let comparisons;
const lazy = () => (comparisons ??= require('internal/util/comparisons'));
const NO_EXCEPTION = {};

// A message may be an error, that is thrown as it is, or a function that makes the text.
function failWith(options) {
  const { message } = options;
  if (isError(message)) throw message;
  throw new AssertionError(options);
}

function optionsOf(self) {
  return self?.[kOptions];
}

function innerOk(fn, argCount, value, message, self) {
  if (value) return;
  let generated = false;
  if (argCount === 0) {
    generated = true;
    message = 'No value argument passed to `assert.ok()`';
  } else if (message == null) {
    generated = true;
    message = require('internal/assert/expression').describe(fn);
  } else if (isError(message)) {
    throw message;
  }
  const error = new AssertionError({
    actual: value, expected: true, message, operator: '==', stackStartFn: fn, diff: optionsOf(self)?.diff,
  });
  error.generatedMessage = generated;
  throw error;
}

function needTwo(argCount) {
  if (argCount < 2) {
    const { codes: { ERR_MISSING_ARGS } } = require('internal/errors');
    throw new ERR_MISSING_ARGS('actual', 'expected');
  }
}

// One comparison: its name, whether the values pass, and the operator of its error.
function comparison(name, passes, operator = name) {
  return {
    [name](actual, expected, message) {
      needTwo(arguments.length);
      if (passes(actual, expected, optionsOf(this))) return;
      failWith({ actual, expected, message, operator, stackStartFn: this?.[name] ?? module.exports[name], diff: optionsOf(this)?.diff });
    },
  }[name];
}

const methods = {
  ok(...args) {
    innerOk(this?.ok ?? methods.ok, args.length, args[0], args[1], this);
  },
  fail(message) {
    if (isError(message)) throw message;
    const generated = message === undefined;
    const error = new AssertionError({
      message: generated ? 'Failed' : message, operator: 'fail', stackStartFn: methods.fail, diff: optionsOf(this)?.diff,
    });
    error.generatedMessage = generated;
    throw error;
  },
  equal: comparison('equal', (a, b) => a == b || (a !== a && b !== b), '=='), // eslint-disable-line eqeqeq
  notEqual: comparison('notEqual', (a, b) => a != b && (a === a || b === b), '!='), // eslint-disable-line eqeqeq
  deepEqual: comparison('deepEqual', (a, b) => lazy().isDeepEqual(a, b)),
  notDeepEqual: comparison('notDeepEqual', (a, b) => !lazy().isDeepEqual(a, b)),
  deepStrictEqual: comparison('deepStrictEqual', (a, b, options) => lazy().isDeepStrictEqual(a, b, options?.skipPrototype)),
  notDeepStrictEqual: comparison('notDeepStrictEqual', (a, b, options) => !lazy().isDeepStrictEqual(a, b, options?.skipPrototype)),
  strictEqual: comparison('strictEqual', Object.is),
  notStrictEqual: comparison('notStrictEqual', (a, b) => !Object.is(a, b)),
  partialDeepStrictEqual: comparison('partialDeepStrictEqual', (a, b) => lazy().isPartialStrictEqual(a, b)),
  match(string, regexp, message) {
    matches(string, regexp, message, methods.match, this);
  },
  doesNotMatch(string, regexp, message) {
    matches(string, regexp, message, methods.doesNotMatch, this);
  },
  throws(fn, ...args) {
    expectsError(this, methods.throws, caught(fn), ...args);
  },
  async rejects(promiseFn, ...args) {
    expectsError(this, methods.rejects, await settled(promiseFn), ...args);
  },
  doesNotThrow(fn, ...args) {
    expectsNoError(this, methods.doesNotThrow, caught(fn), ...args);
  },
  async doesNotReject(fn, ...args) {
    expectsNoError(this, methods.doesNotReject, await settled(fn), ...args);
  },
  ifError(value) {
    if (value === null || value === undefined) return;
    let message = 'ifError got unwanted exception: ';
    if (typeof value === 'object' && typeof value.message === 'string') {
      message += value.message.length === 0 && value.constructor ? value.constructor.name : value.message;
    } else {
      message += inspect(value);
    }
    const error = new AssertionError({
      actual: value, expected: null, operator: 'ifError', message, stackStartFn: methods.ifError, diff: optionsOf(this)?.diff,
    });
    error.generatedMessage = false;
    // Where the value came from is more telling than where it was looked at.
    const { stack } = value;
    if (typeof stack === 'string') {
      const begins = stack.indexOf('\n    at');
      if (begins !== -1) {
        const frames = stack.slice(begins + 1).split('\n');
        let own = String(error.stack).split('\n');
        for (const frame of frames) {
          const at = own.indexOf(frame);
          if (at !== -1) {
            own = own.slice(0, at);
            break;
          }
        }
        error.stack = `${own.join('\n')}\n${frames.join('\n')}`;
      }
    }
    throw error;
  },
};

function matches(string, regexp, message, fn, self) {
  if (!isRegExp(regexp)) throw new ERR_INVALID_ARG_TYPE('regexp', 'RegExp', regexp);
  const wanted = fn === methods.match;
  if (typeof string === 'string' && (RegExp.prototype.exec.call(regexp, string) !== null) === wanted) return;
  if (isError(message)) throw message;
  const generated = !message;
  message ||= typeof string !== 'string' ?
    `The "string" argument must be of type string. Received type ${typeof string} (${inspect(string)})` :
    `${wanted ? 'The input did not match the regular expression ' : 'The input was expected to not match the regular expression '}${inspect(regexp)}. Input:\n\n${inspect(string)}\n`;
  const error = new AssertionError({
    actual: string, expected: regexp, message, operator: fn.name, stackStartFn: fn, diff: optionsOf(self)?.diff,
  });
  error.generatedMessage = generated;
  throw error;
}

function caught(fn) {
  validateFunction(fn, 'fn');
  try {
    fn();
  } catch (error) {
    return error;
  }
  return NO_EXCEPTION;
}

function isThenable(value) {
  return isPromise(value) ||
    (value !== null && typeof value === 'object' && typeof value.then === 'function' && typeof value.catch === 'function');
}

async function settled(promiseFn) {
  let promise;
  if (typeof promiseFn === 'function') {
    promise = promiseFn();
    if (!isThenable(promise)) throw new ERR_INVALID_RETURN_VALUE('instance of Promise', 'promiseFn', promise);
  } else if (isThenable(promiseFn)) {
    promise = promiseFn;
  } else {
    throw new ERR_INVALID_ARG_TYPE('promiseFn', ['Function', 'Promise'], promiseFn);
  }
  try {
    await promise;
  } catch (error) {
    return error;
  }
  return NO_EXCEPTION;
}

function expectsError(self, fn, actual, error, message) {
  if (typeof error === 'string') {
    if (arguments.length === 5) throw new ERR_INVALID_ARG_TYPE('error', ['Object', 'Error', 'Function', 'RegExp'], error);
    if (typeof actual === 'object' && actual !== null) {
      if (actual.message === error) throw new ERR_AMBIGUOUS_ARGUMENT('error/message', `The error message "${actual.message}" is identical to the message.`);
    } else if (actual === error) {
      throw new ERR_AMBIGUOUS_ARGUMENT('error/message', `The error "${actual}" is identical to the message.`);
    }
    message = error;
    error = undefined;
  } else if (error != null && typeof error !== 'object' && typeof error !== 'function') {
    throw new ERR_INVALID_ARG_TYPE('error', ['Object', 'Error', 'Function', 'RegExp'], error);
  }
  if (actual === NO_EXCEPTION) {
    let details = error?.name ? ` (${error.name})` : '';
    details += message ? `: ${message}` : '.';
    failWith({
      actual: undefined, expected: error, operator: fn.name,
      message: `Missing expected ${fn === methods.rejects ? 'rejection' : 'exception'}${details}`, stackStartFn: fn,
      diff: optionsOf(self)?.diff,
    });
  }
  if (error) expected(self, fn, actual, error, message);
}

function expectsNoError(self, fn, actual, error, message) {
  if (actual === NO_EXCEPTION) return;
  if (typeof error === 'string') {
    message = error;
    error = undefined;
  }
  if (!error || hasMatching(actual, error)) {
    const details = message ? `: ${message}` : '.';
    failWith({
      actual, expected: error, operator: fn.name, stackStartFn: fn, diff: optionsOf(self)?.diff,
      message: `Got unwanted ${fn === methods.doesNotReject ? 'rejection' : 'exception'}${details}\nActual message: "${actual?.message}"`,
    });
  }
  throw actual;
}

function hasMatching(actual, wanted) {
  if (typeof wanted !== 'function') {
    if (isRegExp(wanted)) return RegExp.prototype.exec.call(wanted, String(actual)) !== null;
    throw new ERR_INVALID_ARG_TYPE('expected', ['Function', 'RegExp'], wanted);
  }
  if (wanted.prototype !== undefined && actual instanceof wanted) return true;
  if (Error.isPrototypeOf(wanted)) return false; // eslint-disable-line no-prototype-builtins
  return Reflect.apply(wanted, {}, [actual]) === true;
}

// What assert.throws() compares of an error with an object of expected properties.
class Comparison {
  constructor(object, keys, actual) {
    for (const key of keys) {
      if (!(key in object)) continue;
      if (actual !== undefined && typeof actual[key] === 'string' && isRegExp(object[key]) &&
          RegExp.prototype.exec.call(object[key], actual[key]) !== null) {
        this[key] = actual[key];
      } else {
        this[key] = object[key];
      }
    }
  }
}

function expected(self, fn, actual, wanted, message) {
  let generated = false;
  let throwError = false;
  if (typeof wanted !== 'function') {
    if (isRegExp(wanted)) {
      const text = String(actual);
      if (RegExp.prototype.exec.call(wanted, text) !== null) return;
      if (!message) {
        generated = true;
        message = `The input did not match the regular expression ${inspect(wanted)}. Input:\n\n${inspect(text)}\n`;
      }
      throwError = true;
    } else if (typeof actual !== 'object' || actual === null) {
      const error = new AssertionError({
        actual, expected: wanted, message, operator: 'deepStrictEqual', stackStartFn: fn, diff: optionsOf(self)?.diff,
      });
      error.operator = fn.name;
      throw error;
    } else {
      const keys = Object.keys(wanted);
      if (wanted instanceof Error) keys.push('name', 'message');
      else if (keys.length === 0) throw new ERR_INVALID_ARG_VALUE('error', wanted, 'may not be an empty object');
      for (const key of keys) {
        if (typeof actual[key] === 'string' && isRegExp(wanted[key]) && RegExp.prototype.exec.call(wanted[key], actual[key]) !== null) continue;
        compareKey(self, actual, wanted, key, message, keys, fn);
      }
      return;
    }
  } else if (wanted.prototype !== undefined && actual instanceof wanted) {
    return;
  } else if (Error.isPrototypeOf(wanted)) { // eslint-disable-line no-prototype-builtins
    if (!message) {
      generated = true;
      message = `The error is expected to be an instance of "${wanted.name}". Received `;
      message += isError(actual) ? `"${actual.name}"` : `"${inspect(actual, { depth: -1 })}"`;
    }
    throwError = true;
  } else {
    const result = Reflect.apply(wanted, {}, [actual]);
    if (result === true) return;
    if (!message) {
      generated = true;
      const name = wanted.name ? `"${wanted.name}" ` : '';
      message = `The ${name}validation function is expected to return "true". Received ${inspect(result)}`;
      if (isError(actual)) message += `\n\nCaught error:\n\n${actual}`;
    }
    throwError = true;
  }
  if (!throwError) return;
  if (isError(message)) throw message;
  if (generated && typeof wanted === 'function' && Error.isPrototypeOf(wanted) && isError(actual)) { // eslint-disable-line no-prototype-builtins
    message += `\n\nError message:\n\n${actual.message}`;
  }
  const error = new AssertionError({
    actual, expected: wanted, message, operator: fn.name, stackStartFn: fn, diff: optionsOf(self)?.diff,
  });
  error.generatedMessage = generated;
  throw error;
}

function compareKey(self, actual, wanted, key, message, keys, fn) {
  if (key in actual && lazy().isDeepStrictEqual(actual[key], wanted[key])) return;
  if (message) failWith({ actual, expected: wanted, message, operator: fn.name, stackStartFn: fn, diff: optionsOf(self)?.diff });
  const left = new Comparison(actual, keys);
  const right = new Comparison(wanted, keys, actual);
  const error = new AssertionError({
    actual: left, expected: right, operator: 'deepStrictEqual', stackStartFn: fn, diff: optionsOf(self)?.diff,
  });
  error.actual = actual;
  error.expected = wanted;
  error.operator = fn.name;
  throw error;
}

function addMethods(target) {
  for (const name of ['ok', 'fail', 'equal', 'notEqual', 'deepEqual', 'notDeepEqual', 'deepStrictEqual', 'notDeepStrictEqual',
    'strictEqual', 'notStrictEqual', 'partialDeepStrictEqual', 'match', 'doesNotMatch', 'throws', 'rejects', 'doesNotThrow',
    'doesNotReject', 'ifError']) target[name] = methods[name];
  return target;
}

// assert(value, message)
const assert = module.exports = function ok(...args) {
  innerOk(ok, args.length, args[0], args[1]);
};

// Assertions with options of their own: {diff, strict, skipPrototype}.
class Assert {
  constructor(options) {
    const merged = { diff: 'simple', strict: true, skipPrototype: false, ...options };
    if (merged.diff !== undefined) validateOneOf(merged.diff, 'options.diff', ['simple', 'full']);
    Object.defineProperty(this, kOptions, { __proto__: null, value: merged });
    this.AssertionError = AssertionError;
    addMethods(this);
    if (merged.strict) {
      this.equal = this.strictEqual;
      this.deepEqual = this.deepStrictEqual;
      this.notEqual = this.notStrictEqual;
      this.notDeepEqual = this.notDeepStrictEqual;
    }
  }
}
function AssertFunction(options) {
  if (!new.target) throw new ERR_CONSTRUCT_CALL_REQUIRED('Assert');
  return Reflect.construct(Assert, [options], new.target);
}
Object.defineProperty(AssertFunction, 'name', { __proto__: null, value: 'Assert', configurable: true });
AssertFunction.prototype = Assert.prototype;
Assert.prototype.constructor = AssertFunction;

assert.AssertionError = AssertionError;
addMethods(assert);

function strict(...args) {
  innerOk(strict, args.length, args[0], args[1]);
}
assert.strict = Object.assign(strict, assert, {
  equal: assert.strictEqual,
  deepEqual: assert.deepStrictEqual,
  notEqual: assert.notStrictEqual,
  notDeepEqual: assert.notDeepStrictEqual,
});
assert.strict.strict = assert.strict;
assert.Assert = assert.strict.Assert = AssertFunction;
