'use strict';

// Errors on their way to the thread that made the worker: as much of them as can be cloned.

const { inspect } = require('internal/util/inspect');
const { customInspectSymbol: kInspect } = require('internal/util');
const { structuredClone } = require('internal/structured_clone');

const constructors = { __proto__: null, Error, EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError, AggregateError };

// The name of the nearest of the language's own error classes.
function nearestConstructor(error) {
  for (let object = Object.getPrototypeOf(error); object !== null; object = Object.getPrototypeOf(object)) {
    const descriptor = Object.getOwnPropertyDescriptor(object, 'constructor');
    const name = descriptor?.value?.name;
    if (typeof name === 'string' && constructors[name] !== undefined) return name;
  }
  return 'Error';
}

function cloned(value, seen) {
  if (typeof value === 'symbol' && Symbol.keyFor(value) !== undefined) return { symbol: Symbol.keyFor(value) };
  if (isError(value)) return { error: describe(value, seen) };
  try {
    return { value: structuredClone(value) };
  } catch {
    return { text: inspect(value) };
  }
}

const { isNativeError } = require('internal/util/types');
function isError(value) { return isNativeError(value) || value instanceof Error; }

function describe(error, seen) {
  if (seen.has(error)) return undefined;
  seen.add(error);
  const properties = [];
  for (let object = error; object !== null && object !== Object.prototype; object = Object.getPrototypeOf(object)) {
    for (const key of Object.getOwnPropertyNames(object)) {
      if (key === 'constructor' || key === '__proto__' || properties.some((property) => property.key === key)) continue;
      let descriptor = Object.getOwnPropertyDescriptor(object, key);
      // V8's `stack` is an accessor on the object itself.
      if (object !== error && descriptor.get === undefined) {
        if (constructors[object.constructor?.name] === object.constructor) continue;
      }
      let value;
      try {
        value = descriptor.get === undefined ? descriptor.value : Reflect.apply(descriptor.get, error, []);
      } catch {
        continue;
      }
      if (typeof value === 'function' || typeof value === 'symbol') continue;
      properties.push({ key, enumerable: descriptor.enumerable, ...cloned(value, seen) });
    }
  }
  return { constructor: nearestConstructor(error), properties };
}

// -> a value that can be posted
function serializeError(error) {
  return cloned(error, new Set());
}

function revived(parts) {
  if (parts.error !== undefined) {
    const { constructor, properties } = parts.error;
    const object = Object.create(constructors[constructor].prototype);
    // An error in V8's eyes, too: its stack is printed.
    const error = Object.setPrototypeOf(new Error(), Object.getPrototypeOf(object));
    delete error.stack;
    delete error.message;
    for (const { key, enumerable, ...value } of properties) {
      Object.defineProperty(error, key, {
        __proto__: null, value: revived(value), enumerable, writable: true, configurable: true,
      });
    }
    return error;
  }
  if (parts.symbol !== undefined) return Symbol.for(parts.symbol);
  if (parts.text !== undefined) return { [kInspect]: () => parts.text };
  return parts.value;
}

function deserializeError(parts) { return revived(parts); }

module.exports = { deserializeError, serializeError };
