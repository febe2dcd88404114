'use strict';

// Mocks of functions, methods, accessors, properties, timers and modules. Spec: Node 24, test.md, "Class: MockTracker".

const { codes: { ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE } } = require('internal/errors');
const { validateBoolean, validateFunction, validateInteger, validateObject } = require('internal/validators');
const { ReflectApply, ReflectConstruct } = primordials;

// What was called, and what is called instead.
class MockFunctionContext {
  #calls = [];
  #original;
  #implementation;
  #once = new Map(); // number of the call -> implementation
  #timesLeft;
  #uninstall;

  constructor(original, implementation, times, uninstall) {
    this.#original = original;
    this.#implementation = implementation;
    this.#timesLeft = times;
    this.#uninstall = uninstall;
  }

  get calls() { return this.#calls.slice(); }
  callCount() { return this.#calls.length; }

  mockImplementation(implementation) {
    validateFunction(implementation, 'implementation');
    this.#implementation = implementation;
  }

  mockImplementationOnce(implementation, onCall = undefined) {
    validateFunction(implementation, 'implementation');
    const next = this.#calls.length;
    const call = onCall ?? next;
    validateInteger(call, 'onCall', next);
    this.#once.set(call, implementation);
  }

  restore() {
    this.#uninstall?.();
    this.#implementation = this.#original;
    this.#once.clear();
  }

  resetCalls() { this.#calls = []; }

  static perform(context, thisArg, args, target) { return context.#perform(thisArg, args, target); }
  #perform(thisArg, args, target) {
    const number = this.#calls.length;
    const implementation = this.#next(number);
    const call = {
      __proto__: null, arguments: args, error: undefined, result: undefined, stack: new Error(), target, this: thisArg,
    };
    try {
      if (target === undefined) {
        call.result = ReflectApply(implementation, thisArg, args);
      } else {
        call.result = ReflectConstruct(implementation, args, target);
        call.this = call.result;
      }
    } catch (error) {
      call.error = error;
      throw error;
    } finally {
      this.#calls.push(call);
    }
    return call.result;
  }

  #next(number) {
    let implementation = this.#implementation;
    if (number + 1 === this.#timesLeft) this.restoreAfterCall = true;
    const once = this.#once.get(number);
    if (once !== undefined) {
      this.#once.delete(number);
      implementation = once;
    }
    if (this.restoreAfterCall) {
      delete this.restoreAfterCall;
      this.restore();
    }
    return implementation;
  }
}
const { perform } = MockFunctionContext;
delete MockFunctionContext.perform;

// A function that stands for `original` and has a `mock`.
function mockFunction(original, implementation, times, uninstall) {
  const context = new MockFunctionContext(original, implementation, times, uninstall);
  const proxy = new Proxy(original, {
    __proto__: null,
    apply: (target, thisArg, args) => perform(context, thisArg, args, undefined),
    construct(target, args, newTarget) {
      return perform(context, undefined, args, newTarget === proxy ? (target) : newTarget);
    },
    get: (target, property, receiver) => (property === 'mock' ? context : Reflect.get(target, property, receiver)),
  });
  return { proxy, context };
}

// What was read from and written to a property, and its value instead.
class MockPropertyContext {
  #object;
  #name;
  #value;
  #original;
  #descriptor;
  #accesses = [];
  #once = new Map();

  constructor(object, name, hasValue, value) {
    this.#descriptor = Object.getOwnPropertyDescriptor(object, name);
    if (this.#descriptor === undefined) {
      throw new ERR_INVALID_ARG_VALUE('propertyName', name, 'is not a property of the object');
    }
    this.#object = object;
    this.#name = name;
    this.#original = object[name];
    this.#value = hasValue ? value : this.#original;
    const { configurable, enumerable, writable } = this.#descriptor;
    Object.defineProperty(object, name, {
      __proto__: null,
      configurable,
      enumerable,
      get: () => {
        const next = this.#take(this.#value);
        this.#note('get', next);
        return next;
      },
      set: writable === false ? () => {
        throw new ERR_INVALID_ARG_VALUE('propertyName', name, 'cannot be set');
      } : (written) => this.mockImplementation(written),
    });
  }

  get accesses() { return this.#accesses.slice(); }
  accessCount() { return this.#accesses.length; }

  #take(value) {
    const number = this.#accesses.length;
    if (!this.#once.has(number)) return value;
    const once = this.#once.get(number);
    this.#once.delete(number);
    return once;
  }
  #note(type, value) {
    this.#accesses.push({ __proto__: null, type, value, stack: new Error() });
  }

  mockImplementation(value) {
    if (this.#descriptor.writable === false) {
      throw new ERR_INVALID_ARG_VALUE('propertyName', this.#name, 'cannot be set');
    }
    const next = this.#take(value);
    this.#note('set', next);
    this.#value = next;
  }

  mockImplementationOnce(value, onAccess = undefined) {
    const next = this.#accesses.length;
    const access = onAccess ?? next;
    validateInteger(access, 'onAccess', next);
    this.#once.set(access, value);
  }

  resetAccesses() { this.#accesses = []; }

  restore() {
    const original = { __proto__: null, ...this.#descriptor };
    if ('value' in original) original.value = this.#original;
    Object.defineProperty(this.#object, this.#name, original);
  }
}

// The descriptor of a method, of the object's own or inherited.
function findDescriptor(object, name) {
  for (let at = object; at !== null; at = Object.getPrototypeOf(at)) {
    const descriptor = Object.getOwnPropertyDescriptor(at, name);
    if (descriptor !== undefined) return descriptor;
  }
  return undefined;
}

function readTimes(times = Infinity) {
  if (times !== Infinity) validateInteger(times, 'options.times', 1);
  return times;
}

class MockTracker {
  #mocks = [];
  #timers;

  static track(tracker, mock) { tracker.#mocks.push(mock); }

  get timers() {
    return (this.#timers ??= new (require('internal/test_runner/mock_timers').MockTimers)());
  }

  fn(original = function original() {}, implementation = original, options = { __proto__: null }) {
    if (original !== null && typeof original === 'object') {
      options = original;
      original = function original() {};
      implementation = original;
    } else if (implementation !== null && typeof implementation === 'object') {
      options = implementation;
      implementation = original;
    }
    validateFunction(original, 'original');
    validateFunction(implementation, 'implementation');
    validateObject(options, 'options');
    const { proxy, context } = mockFunction(original, implementation, readTimes(options.times), undefined);
    this.#mocks.push(context);
    return proxy;
  }

  method(object, methodName, implementation = undefined, options = { __proto__: null }) {
    if (object === null || (typeof object !== 'object' && typeof object !== 'function')) validateObject(object, 'object');
    if (typeof methodName !== 'string' && typeof methodName !== 'symbol') {
      throw new ERR_INVALID_ARG_TYPE('methodName', ['string', 'symbol'], methodName);
    }
    if (implementation !== null && typeof implementation === 'object') {
      options = implementation;
      implementation = undefined;
    }
    if (implementation !== undefined) validateFunction(implementation, 'implementation');
    validateObject(options, 'options');
    const { getter = false, setter = false, times } = options;
    validateBoolean(getter, 'options.getter');
    validateBoolean(setter, 'options.setter');
    if (setter && getter) {
      throw new ERR_INVALID_ARG_VALUE('options.setter', setter, "cannot be used with 'options.getter'");
    }
    const limit = readTimes(times);
    const descriptor = findDescriptor(object, methodName);
    const role = getter ? 'get' : setter ? 'set' : 'value';
    const original = descriptor?.[role];
    if (typeof original !== 'function') {
      throw new ERR_INVALID_ARG_VALUE('methodName', original, 'must be a method');
    }
    // What was inherited becomes the object's own.
    const uninstall = () => Object.defineProperty(object, methodName, { __proto__: null, ...descriptor });
    const { proxy, context } = mockFunction(original, implementation ?? original, limit, uninstall);
    const { configurable, enumerable, writable } = descriptor;
    const mocked = { __proto__: null, configurable, enumerable };
    if (role === 'value') {
      mocked.writable = writable;
      mocked.value = proxy;
    } else {
      mocked.get = getter ? proxy : descriptor.get;
      mocked.set = setter ? proxy : descriptor.set;
    }
    Object.defineProperty(object, methodName, mocked);
    this.#mocks.push(context);
    return proxy;
  }

  getter(object, methodName, implementation = undefined, options = { __proto__: null }) {
    return this.#accessor('getter', object, methodName, implementation, options);
  }
  setter(object, methodName, implementation = undefined, options = { __proto__: null }) {
    return this.#accessor('setter', object, methodName, implementation, options);
  }
  #accessor(kind, object, methodName, implementation, options) {
    if (implementation !== null && typeof implementation === 'object') {
      options = implementation;
      implementation = undefined;
    } else {
      validateObject(options, 'options');
    }
    if (options[kind] === false) throw new ERR_INVALID_ARG_VALUE(`options.${kind}`, false, 'cannot be false');
    return this.method(object, methodName, implementation, { __proto__: null, ...options, [kind]: true });
  }

  property(object, propertyName, ...value) {
    if (object === null || (typeof object !== 'object' && typeof object !== 'function')) validateObject(object, 'object');
    if (typeof propertyName !== 'string' && typeof propertyName !== 'symbol') {
      throw new ERR_INVALID_ARG_TYPE('propertyName', ['string', 'symbol'], propertyName);
    }
    const context = new MockPropertyContext(object, propertyName, value.length > 0, value[0]);
    this.#mocks.push(context);
    return new Proxy(object, {
      __proto__: null,
      get: (target, property, receiver) => (property === 'mock' ? context : Reflect.get(target, property, receiver)),
    });
  }

  reset() {
    this.restoreAll();
    this.#timers?.reset();
    this.#mocks = [];
  }

  restoreAll() {
    for (const mock of this.#mocks) mock.restore();
  }
}

const { track } = MockTracker;
delete MockTracker.track;

// Only where it was asked for.
if (require('internal/options').getOptionValue('--experimental-test-module-mocks')) {
  MockTracker.prototype.module = function module(specifier, options = undefined) {
    const { emitExperimentalWarning } = require('internal/util');
    const { callerLocation } = require('internal/test_runner/utils');
    const parent = callerLocation()?.file;
    emitExperimentalWarning('Module mocking');
    const context = require('internal/test_runner/mock_module').mockModule(specifier, options, parent);
    track(this, context);
    return context;
  };
  Object.defineProperty(MockTracker.prototype, 'module', { __proto__: null, enumerable: false });
}

module.exports = { MockTracker };
