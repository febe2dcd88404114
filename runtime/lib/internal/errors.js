'use strict';

// The errors of the runtime: coded ones (codes.ERR_X), those of system calls, and how stacks are written.

const {
  ArrayIsArray, Error, AggregateError, ObjectKeys: ObjectKeysOf, ErrorCaptureStackTrace, ErrorPrototypeToString, ObjectCreate,
  ObjectDefineProperty, ObjectDefineProperties, ObjectPrototypeHasOwnProperty, ReflectApply, ReflectConstruct, RangeError,
  String, StringPrototypeReplace, Symbol, SyntaxError, TypeError, URIError, FunctionPrototypeCall, SafeWeakMap,
} = primordials;

const kIsNodeError = Symbol('kIsNodeError');
const bases = { __proto__: null, Error, RangeError, SyntaxError, TypeError, URIError };

let table;
let uvBinding;
function uv() {
  return uvBinding ??= internalBinding('uv');
}
let uvErrors;
// [name, message] of a negative libuv error, or undefined.
function uvErrmapGet(errno) {
  uvErrors ??= uv().getErrorMap();
  return uvErrors.get(errno);
}
const kUnknownUvError = ['UNKNOWN', 'unknown error'];

function fill(template, args) {
  let index = 0;
  return StringPrototypeReplace(template, /%[sd]/g, (mark) => {
    const value = args[index++];
    return mark === '%d' ? `${+value}` : String(value);
  });
}

function hidden(value) {
  return { __proto__: null, value, writable: true, enumerable: false, configurable: true };
}

function codedToString() {
  return `${this.name} [${this.code}]: ${this.message}`;
}

// The constructor behind codes.CODE. What it makes has `Base` as its constructor, for users and for util.inspect.
function makeCoded(code, message, Base) {
  const prototype = ObjectCreate(Base.prototype, {
    constructor: hidden(Base),
    toString: hidden(codedToString),
    [kIsNodeError]: hidden(true),
  });
  function NodeError(...args) {
    const error = ReflectConstruct(Base, [], NodeError);
    error.code = code;
    ObjectDefineProperty(error, 'message',
      hidden(typeof message === 'string' ? fill(message, args) : ReflectApply(message, error, args)));
    return error;
  }
  NodeError.prototype = prototype;
  return NodeError;
}

// An error that says what a system call did. `context`: {code, message, syscall, errno, path?, dest?}.
class SystemError extends Error {
  // (code, context, prefix), or (errno, syscall) for a plain ERR_SYSTEM_ERROR.
  constructor(code, context, prefix = 'A system error occurred') {
    if (typeof code === 'number') {
      const [name, text] = uvErrmapGet(code) || kUnknownUvError;
      context = { errno: code, code: name, message: text, syscall: context };
      code = 'ERR_SYSTEM_ERROR';
    }
    let message = `${prefix}: ${context.syscall} returned ${context.code} (${context.message})`;
    if (context.path !== undefined) message += ` ${context.path}`;
    if (context.dest !== undefined) message += ` => ${context.dest}`;
    super(message);
    ObjectDefineProperties(this, {
      name: { __proto__: null, value: 'SystemError', enumerable: false, writable: true, configurable: true },
      info: { __proto__: null, value: context, enumerable: true, configurable: true, writable: false },
      errno: {
        __proto__: null, get() { return context.errno; }, set(value) { context.errno = value; }, enumerable: true,
        configurable: true,
      },
      syscall: {
        __proto__: null, get() { return context.syscall; }, set(value) { context.syscall = value; }, enumerable: true,
        configurable: true,
      },
    });
    for (const key of ['path', 'dest']) {
      if (context[key] === undefined) continue;
      // Buffers of paths are shown and changed as text.
      ObjectDefineProperty(this, key, {
        __proto__: null,
        get() { return context[key] != null ? context[key].toString() : context[key]; },
        set(value) { context[key] = value ? Buffer.from(`${value}`) : undefined; },
        enumerable: true,
        configurable: true,
      });
    }
    this.code = code;
  }
  toString() {
    return `${this.name} [${this.code}]: ${this.message}`;
  }
  get [kIsNodeError]() { return true; }
}

function makeSystem(code, prefix) {
  return class NodeError extends SystemError {
    constructor(context) { super(code, context, prefix); }
  };
}

const codes = { __proto__: null };

function defineCode(code, row) {
  ObjectDefineProperty(codes, code, {
    __proto__: null,
    configurable: true,
    enumerable: true,
    get() {
      const { 0: message, 1: base, 2: other } = row;
      const made = base === 'SystemError' ? makeSystem(code, message) : makeCoded(code, message, bases[base]);
      if (other !== undefined) made[other] = makeCoded(code, message, bases[other]);
      ObjectDefineProperty(codes, code, {
        __proto__: null, configurable: true, enumerable: true, writable: true, value: made,
      });
      return made;
    },
  });
}

// Adds a code at run time (tests and embedded packages); `other` classes hang on the first.
function E(code, message, Base, ...others) {
  codes[code] = Base === SystemError ? makeSystem(code, message) : makeCoded(code, message, Base);
  for (const Other of others) codes[code][Other.name] = makeCoded(code, message, Other);
}

// Calls `fn` so that errors it throws have stacks that begin at its caller. `withoutStackTrace` is `fn` itself.
function hideStackFrames(fn) {
  function wrappedFn(...args) {
    try {
      return ReflectApply(fn, this, args);
    } catch (error) {
      if (Error.stackTraceLimit && typeof error === 'object' && error !== null) ErrorCaptureStackTrace(error, wrappedFn);
      throw error;
    }
  }
  wrappedFn.withoutStackTrace = fn;
  return wrappedFn;
}

// Makes `error`'s stack begin at the caller of `fn`; returns the error.
function trimStack(error, fn) {
  if (Error.stackTraceLimit) ErrorCaptureStackTrace(error, fn);
  return error;
}

class AbortError extends Error {
  constructor(message = 'The operation was aborted', options = undefined) {
    if (options !== undefined && typeof options !== 'object') {
      throw new codes.ERR_INVALID_ARG_TYPE('options', 'Object', options);
    }
    super(message, options);
    this.code = 'ABORT_ERR';
    this.name = 'AbortError';
  }
}

// What a failed libuv call threw: `${code}: ${text}, ${syscall} '${path}' -> '${dest}'`.
// context: {errno, syscall, path?, dest?, message?, code?}.
class UVException extends Error {
  constructor(context) {
    const { 0: code, 1: text } = uvErrmapGet(context.errno) || kUnknownUvError;
    let message = `${code}: ${context.message || text}, ${context.syscall}`;
    let path;
    let dest;
    if (context.path) {
      path = context.path.toString();
      message += ` '${path}'`;
    }
    if (context.dest) {
      dest = context.dest.toString();
      message += ` -> '${dest}'`;
    }
    super(message);
    for (const key of ObjectKeysOf(context)) {
      if (key === 'message' || key === 'path' || key === 'dest') continue;
      this[key] = context[key];
    }
    this.code = code;
    if (path) this.path = path;
    if (dest) this.dest = dest;
  }
  get ['constructor']() { return Error; }
}

// `${syscall} ${code} ${address}:${port}`
class UVExceptionWithHostPort extends Error {
  constructor(errno, syscall, address, port) {
    const { 0: code, 1: text } = uvErrmapGet(errno) || kUnknownUvError;
    const details = port && port > 0 ? ` ${address}:${port}` : (address ? ` ${address}` : '');
    super(`${syscall} ${code}: ${text}${details}`);
    this.code = code;
    this.errno = errno;
    this.syscall = syscall;
    this.address = address;
    if (port) this.port = port;
  }
  get ['constructor']() { return Error; }
}

// `${syscall} ${code} ${original}`
class ErrnoException extends Error {
  constructor(errno, syscall, original) {
    const code = errorCodeName(errno);
    super(original ? `${syscall} ${code} ${original}` : `${syscall} ${code}`);
    this.errno = errno;
    this.code = code;
    this.syscall = syscall;
  }
  get ['constructor']() { return Error; }
}

class ExceptionWithHostPort extends Error {
  constructor(errno, syscall, address, port, additional) {
    const code = errorCodeName(errno);
    let details = '';
    if (port && port > 0) details = ` ${address}:${port}`;
    else if (address) details = ` ${address}`;
    if (additional) details += ` - Local (${additional})`;
    super(`${syscall} ${code}${details}`);
    this.errno = errno;
    this.code = code;
    this.syscall = syscall;
    this.address = address;
    if (port) this.port = port;
  }
  get ['constructor']() { return Error; }
}

class DNSException extends Error {
  // `code`: a c-ares error name, or a negative libuv error.
  constructor(code, syscall, hostname) {
    let errno;
    if (typeof code === 'number') {
      errno = code;
      code = code === uv().UV_EAI_NODATA || code === uv().UV_EAI_NONAME ? 'ENOTFOUND' : errorCodeName(code);
    }
    super(`${syscall} ${code}${hostname ? ` ${hostname}` : ''}`);
    this.errno = errno;
    this.code = code;
    this.syscall = syscall;
    if (hostname) this.hostname = hostname;
  }
  get ['constructor']() { return Error; }
}

class ConnResetException extends Error {
  constructor(message) {
    super(message);
    this.code = 'ECONNRESET';
  }
  get ['constructor']() { return Error; }
}

function errorCodeName(errno) {
  if (typeof errno === 'string') return errno;
  const known = uvErrmapGet(errno);
  return known ? known[0] : uv().errname(errno);
}

class NodeAggregateError extends AggregateError {
  constructor(errors, message) {
    super(errors, message);
    this.code = errors[0]?.code;
  }
  get [kIsNodeError]() { return true; }
  get ['constructor']() { return AggregateError; }
}

// One error out of two; the second is the one to show first.
function aggregateTwoErrors(inner, outer) {
  if (inner && outer && inner !== outer) {
    if (ArrayIsArray(outer.errors)) {
      outer.errors.push(inner);
      return outer;
    }
    const error = new AggregateError([outer, inner], outer.message);
    error.code = outer.code;
    if (Error.stackTraceLimit) ErrorCaptureStackTrace(error, aggregateTwoErrors);
    return error;
  }
  return inner || outer;
}

function genericNodeError(message, properties) {
  const error = new Error(message);
  for (const key of ObjectKeysOf(properties)) error[key] = properties[key];
  return error;
}

let maxStackName;
let maxStackMessage;
// Is `error` what V8 throws when the stack is exhausted?
function isStackOverflowError(error) {
  if (maxStackMessage === undefined) {
    try {
      (function overflow() { overflow(); })();
    } catch (thrown) {
      maxStackMessage = thrown.message;
      maxStackName = thrown.name;
    }
  }
  return error && error.name === maxStackName && error.message === maxStackMessage;
}

function isErrorStackTraceLimitWritable() {
  const descriptor = primordials.ObjectGetOwnPropertyDescriptor(Error, 'stackTraceLimit');
  if (descriptor === undefined) return primordials.ObjectIsExtensible(Error);
  return ObjectPrototypeHasOwnProperty(descriptor, 'writable') ? descriptor.writable : descriptor.set !== undefined;
}

// Per-error replacement of the stack's text, used by modules that want the call sites: WeakMap error -> (error, sites).
const overrideStackTrace = new SafeWeakMap();

function stackHeader(error) {
  try {
    if (kIsNodeError in error) return `${error.name} [${error.code}]: ${error.message}`;
    return ErrorPrototypeToString(error);
  } catch {
    try { return String(error); } catch { return '<error>'; }
  }
}

// The default text of a stack; what Error.prepareStackTrace is unless a program replaces it.
function ErrorPrepareStackTrace(error, trace) {
  return defaultPrepareStackTrace(globalThis, error, trace);
}

function defaultPrepareStackTrace(globalThis, error, trace) {
  const header = stackHeader(error);
  return trace.length === 0 ? header : `${header}\n    at ${primordials.ArrayPrototypeJoin(trace, '\n    at ')}`;
}

let internalPrepareStackTrace = defaultPrepareStackTrace;
// Source maps replace how stacks are written when the program has not.
function setInternalPrepareStackTrace(callback) {
  internalPrepareStackTrace = callback;
}

// What V8 calls for the first look at an error's stack.
function prepareStackTraceCallback(globalThis, error, trace) {
  const override = overrideStackTrace.get(error);
  if (override !== undefined) {
    overrideStackTrace.delete(error);
    return override(error, trace);
  }
  const user = globalThis.Error?.prepareStackTrace;
  if (typeof user === 'function' && user !== ErrorPrepareStackTrace) {
    return FunctionPrototypeCall(user, globalThis.Error, error, trace);
  }
  if (Error.prepareStackTrace !== user && typeof Error.prepareStackTrace === 'function' &&
      Error.prepareStackTrace !== ErrorPrepareStackTrace) {
    return FunctionPrototypeCall(Error.prepareStackTrace, Error, error, trace);
  }
  return internalPrepareStackTrace(globalThis, error, trace);
}

// The text shown when an exception that is an object ends the process.
function formatUncaught(error) {
  const { inspect } = require('internal/util/inspect');
  let colors = false;
  try { colors = Boolean(process.stderr?.isTTY && process.stderr.hasColors?.()); } catch { /* not set up yet */ }
  return inspect(error, { colors });
}

// inspect() for values whose own inspect function may be what failed.
function inspectWithNoCustomRetry(value, options) {
  const { inspect } = require('internal/util/inspect');
  try {
    return inspect(value, options);
  } catch {
    return inspect(value, { ...options, customInspect: false });
  }
}

module.exports = {
  AbortError,
  ConnResetException,
  DNSException,
  E,
  ErrnoException,
  ErrorPrepareStackTrace,
  ExceptionWithHostPort,
  NodeAggregateError,
  SystemError,
  UVException,
  UVExceptionWithHostPort,
  aggregateTwoErrors,
  codes,
  defaultPrepareStackTrace,
  formatUncaught,
  genericNodeError,
  hideStackFrames,
  inspectWithNoCustomRetry,
  isErrorStackTraceLimitWritable,
  isStackOverflowError,
  kIsNodeError,
  overrideStackTrace,
  prepareStackTraceCallback,
  stackHeader,
  setInternalPrepareStackTrace,
  trimStack,
  uvErrmapGet,
};

table = require('internal/error_codes');
for (const code of ObjectKeysOf(table)) defineCode(code, table[code]);
const messages = require('internal/error_messages');
module.exports.determineSpecificType = messages.determineSpecificType;
module.exports.formatList = messages.formatList;

// Error.prepareStackTrace exists from the start, so that programs can call what they replace.
ObjectDefineProperty(Error, 'prepareStackTrace', {
  __proto__: null, value: ErrorPrepareStackTrace, writable: true, enumerable: false, configurable: true,
});
internalBinding('errors').setPrepareStackTraceCallback(prepareStackTraceCallback);
