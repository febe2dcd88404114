'use strict';

// https://nodejs.org/api/domain.html: errors of a group of callbacks and emitters go to one handler.
//
// The stack of entered domains is what is executing now. Resources remember the domain they were made in, by hooks of
// async_hooks that enter and leave it around their callbacks; emitters remember theirs in `domain`.

const { ArrayPrototypePush, ArrayPrototypeIndexOf, ObjectDefineProperty, ReflectApply, SafeMap, SafeWeakRef } = primordials;
const EventEmitter = require('events');
const {
  codes: { ERR_DOMAIN_CALLBACK_NOT_AVAILABLE, ERR_DOMAIN_CANNOT_SET_UNCAUGHT_EXCEPTION_CAPTURE, ERR_UNHANDLED_ERROR },
} = require('internal/errors');
const { createHook } = require('async_hooks');
const { exceptionHandlerState, hasUncaughtExceptionCaptureCallback } = require('internal/process/execution');
const { setAbortOnUncaught } = internalBinding('errors');

if (hasUncaughtExceptionCaptureCallback()) throw new ERR_DOMAIN_CALLBACK_NOT_AVAILABLE();

const loadedAt = new Error('require(`domain`) at this point').stack;
process.setUncaughtExceptionCaptureCallback = function setUncaughtExceptionCaptureCallback() {
  const error = new ERR_DOMAIN_CANNOT_SET_UNCAUGHT_EXCEPTION_CAPTURE();
  error.stack += `\n${'-'.repeat(40)}\n${loadedAt}`;
  throw error;
};

const kWeak = Symbol('weak');

const stack = [];
exports._stack = stack;
exports.Domain = Domain;
exports.createDomain = exports.create = () => new Domain();
// The domain of what is executing: undefined after the last was left, null when none has been entered since an exception.
exports.active = null;

let current = null;
ObjectDefineProperty(process, 'domain', {
  __proto__: null, configurable: true, enumerable: true, get: () => current, set(value) { current = value; },
});

function setActive(domain) {
  exports.active = current = domain;
  updateAbort();
}

function setHidden(object, name, value) {
  ObjectDefineProperty(object, name, { __proto__: null, configurable: true, enumerable: false, writable: true, value });
}

const handlesErrors = (domain) => EventEmitter.prototype.listenerCount.call(domain, 'error') > 0;

// --abort-on-uncaught-exception does not abort for what a domain will handle.
const mayAbort = require('internal/options').getOptionValue('--abort-on-uncaught-exception') === true;
let inOutermostHandler = false;
function updateAbort() {
  if (mayAbort) setAbortOnUncaught(inOutermostHandler || !stack.some(handlesErrors));
}

const ofResource = new SafeMap(); // async id -> weak reference to the domain it was made in
const hook = createHook({
  init(id, type, trigger, resource) {
    if (current === null || current === undefined) return;
    ofResource.set(id, current[kWeak]);
    // A promise of another context must not lead to objects of this one.
    if (type !== 'PROMISE' || resource instanceof Promise) setHidden(resource, 'domain', current);
  },
  before(id) { ofResource.get(id)?.deref()?.enter(); },
  after(id) { ofResource.get(id)?.deref()?.exit(); },
  destroy(id) { ofResource.delete(id); },
});

function Domain() {
  ReflectApply(EventEmitter, this, []);
  this.members = [];
  this[kWeak] = new SafeWeakRef(this);
  hook.enable();
  if (mayAbort) {
    // These tell of a change before or after it: it has happened in the next tick at the latest.
    const changed = () => process.nextTick(updateAbort);
    this.on('newListener', changed);
    this.on('removeListener', changed);
  }
}
Object.setPrototypeOf(Domain.prototype, EventEmitter.prototype);
Object.setPrototypeOf(Domain, EventEmitter);

Domain.prototype.members = undefined;

Domain.prototype.enter = function() {
  ArrayPrototypePush(stack, this);
  setActive(this);
};

// Leaves what was entered after it as well.
Domain.prototype.exit = function() {
  const position = stack.lastIndexOf(this);
  if (position === -1) return;
  stack.length = position;
  setActive(stack.at(-1));
};

Domain.prototype.add = function(emitter) {
  if (emitter.domain === this) return;
  emitter.domain?.remove(emitter);
  // Domains may be members of others, but not around a circle.
  if (this.domain && emitter instanceof Domain) {
    for (let outer = this.domain; outer; outer = outer.domain) {
      if (outer === emitter) return;
    }
  }
  setHidden(emitter, 'domain', this);
  ArrayPrototypePush(this.members, emitter);
};

Domain.prototype.remove = function(emitter) {
  setHidden(emitter, 'domain', null);
  const position = ArrayPrototypeIndexOf(this.members, emitter);
  if (position !== -1) this.members.splice(position, 1);
};

Domain.prototype.run = function(fn, ...args) {
  this.enter();
  const result = ReflectApply(fn, this, args);
  this.exit();
  return result;
};

Domain.prototype.bind = function(callback) {
  const domain = this;
  function runBound(...args) {
    domain.enter();
    const result = ReflectApply(callback, this, args);
    domain.exit();
    return result;
  }
  setHidden(runBound, 'domain', domain);
  return runBound;
};

Domain.prototype.intercept = function(callback) {
  const domain = this;
  function runIntercepted(error, ...args) {
    if (error instanceof Error) {
      error.domainBound = callback;
      error.domainThrown = false;
      setHidden(error, 'domain', domain);
      domain.emit('error', error);
      return;
    }
    domain.enter();
    const result = ReflectApply(callback, this, args);
    domain.exit();
    return result;
  }
  setHidden(runIntercepted, 'domain', domain);
  return runIntercepted;
};

// --- Thrown errors ------------------------------------------------------------------------------------------------------

// Gives the error to the innermost domain; what its handler throws goes to the next. False when nobody handles it.
function route(first) {
  let error = first;
  for (;;) {
    const domain = stack.at(-1);
    if (error !== null && (typeof error === 'object' || typeof error === 'function')) {
      setHidden(error, 'domain', domain);
      error.domainThrown = true;
    }
    // A handler does not run within its own domain.
    while (stack.at(-1) === domain) domain.exit();
    if (stack.length === 0 && !handlesErrors(domain)) {
      if (error !== first) throw error;
      return false;
    }
    if (stack.length === 0) return routeOutermost(domain, error);
    try {
      return domain.emit('error', error);
    } catch (thrown) {
      error = thrown;
    }
  }
}

// What this handler throws ends the process.
function routeOutermost(domain, error) {
  inOutermostHandler = true;
  updateAbort();
  try {
    return domain.emit('error', error);
  } finally {
    inOutermostHandler = false;
  }
}

exceptionHandlerState.domains = {
  // True when a domain has handled the error. The turn is over: no domain stays entered.
  handle(error) {
    try {
      return stack.some(handlesErrors) && route(error);
    } finally {
      stack.length = 0;
      setActive(null);
    }
  },
};

// --- Emitters -----------------------------------------------------------------------------------------------------------

EventEmitter.usingDomains = true;

const { init } = EventEmitter;
EventEmitter.init = function(options) {
  setHidden(this, 'domain', null);
  if (exports.active && !(this instanceof Domain)) this.domain = exports.active;
  return ReflectApply(init, this, [options]);
};

const { emit } = EventEmitter.prototype;
EventEmitter.prototype.emit = function(...args) {
  const { domain } = this;
  if (domain === null || domain === undefined || this === process || (args[0] === 'error' && handlesErrors(this))) {
    return ReflectApply(emit, this, args);
  }
  if (args[0] === 'error') return emitErrorToDomain(this, domain, args[1], args.length > 1);
  domain.enter();
  const result = ReflectApply(emit, this, args);
  domain.exit();
  return result;
};

function emitErrorToDomain(emitter, domain, error, given) {
  if (!given || !error) error = new ERR_UNHANDLED_ERROR(error);
  if (typeof error === 'object') {
    error.domainEmitter = emitter;
    setHidden(error, 'domain', domain);
    error.domainThrown = false;
  }
  // The handler runs in what is around the active domain, which is active again when it returns.
  const entered = stack.slice();
  const active = current;
  while (stack.length > 0 && stack.at(-1) === active) stack.length--;
  setActive(stack.at(-1) ?? null);
  domain.emit('error', error);
  stack.length = 0;
  ArrayPrototypePush(stack, ...entered);
  setActive(active);
  return false;
}
