'use strict';

// https://nodejs.org/api/diagnostics_channel.html

const { codes: { ERR_INVALID_ARG_TYPE } } = require('internal/errors');
const { validateFunction } = require('internal/validators');

// Channels live as long as somebody holds them or subscribes to them.
const channels = new Map();
const registry = new FinalizationRegistry((name) => {
  if (channels.get(name)?.deref() === undefined) channels.delete(name);
});
const subscribed = new Set();

class Channel {
  constructor(name) {
    this._subscribers = undefined;
    this._stores = undefined;
    this.name = name;
    channels.set(name, new WeakRef(this));
    registry.register(this, name);
  }

  get hasSubscribers() {
    return (this._subscribers?.length ?? 0) > 0 || (this._stores?.size ?? 0) > 0;
  }

  subscribe(subscription) {
    validateFunction(subscription, 'subscription');
    // Replaced, not changed: a round of calls sees the subscribers it began with.
    this._subscribers = [...(this._subscribers ?? []), subscription];
    subscribed.add(this);
  }

  unsubscribe(subscription) {
    const at = this._subscribers?.indexOf(subscription) ?? -1;
    if (at === -1) return false;
    this._subscribers = this._subscribers.toSpliced(at, 1);
    this.#forget();
    return true;
  }

  #forget() {
    if (!this.hasSubscribers) subscribed.delete(this);
  }

  bindStore(store, transform) {
    (this._stores ??= new Map()).set(store, transform);
    subscribed.add(this);
  }

  unbindStore(store) {
    if (!this._stores?.delete(store)) return false;
    this.#forget();
    return true;
  }

  publish(data) {
    for (const subscription of this._subscribers ?? []) {
      try {
        subscription(data, this.name);
      } catch (error) {
        process.nextTick(() => { throw error; });
      }
    }
  }

  runStores(data, fn, thisArg, ...args) {
    let run = () => {
      this.publish(data);
      return Reflect.apply(fn, thisArg, args);
    };
    for (const [store, transform] of this._stores ?? []) {
      const inner = run;
      run = () => {
        let context = data;
        if (transform) {
          try {
            context = transform(data);
          } catch (error) {
            process.nextTick(() => { throw error; });
            return inner();
          }
        }
        return store.run(context, inner);
      };
    }
    return run();
  }
}

function channel(name) {
  const existing = channels.get(name)?.deref();
  if (existing) return existing;
  if (typeof name !== 'string' && typeof name !== 'symbol') throw new ERR_INVALID_ARG_TYPE('channel', ['string', 'symbol'], name);
  return new Channel(name);
}

function subscribe(name, subscription) {
  return channel(name).subscribe(subscription);
}
function unsubscribe(name, subscription) {
  return channel(name).unsubscribe(subscription);
}
function hasSubscribers(name) {
  return channels.get(name)?.deref()?.hasSubscribers ?? false;
}

const kEvents = ['start', 'end', 'asyncStart', 'asyncEnd', 'error'];

// Five channels that tell of one operation.
class TracingChannel {
  constructor(nameOrChannels) {
    for (const event of kEvents) {
      let value;
      if (typeof nameOrChannels === 'string') {
        value = channel(`tracing:${nameOrChannels}:${event}`);
      } else if (typeof nameOrChannels === 'object' && nameOrChannels !== null) {
        value = nameOrChannels[event];
        if (!(value instanceof Channel)) throw new ERR_INVALID_ARG_TYPE(`nameOrChannels.${event}`, ['Channel'], value);
      } else {
        throw new ERR_INVALID_ARG_TYPE('nameOrChannels', ['string', 'object', 'TracingChannel'], nameOrChannels);
      }
      Object.defineProperty(this, event, { __proto__: null, value, enumerable: false, writable: false });
    }
  }

  get hasSubscribers() {
    return kEvents.some((event) => this[event].hasSubscribers);
  }
  subscribe(handlers) {
    for (const event of kEvents) if (handlers[event]) this[event].subscribe(handlers[event]);
  }
  unsubscribe(handlers) {
    let done = true;
    for (const event of kEvents) if (handlers[event] && !this[event].unsubscribe(handlers[event])) done = false;
    return done;
  }

  traceSync(fn, context = {}, thisArg, ...args) {
    if (!this.hasSubscribers) return Reflect.apply(fn, thisArg, args);
    return this.start.runStores(context, () => {
      try {
        const result = Reflect.apply(fn, thisArg, args);
        context.result = result;
        return result;
      } catch (error) {
        context.error = error;
        this.error.publish(context);
        throw error;
      } finally {
        this.end.publish(context);
      }
    });
  }

  tracePromise(fn, context = {}, thisArg, ...args) {
    if (!this.hasSubscribers) return Reflect.apply(fn, thisArg, args);
    const { asyncStart, asyncEnd, error: errors, end } = this;
    const settle = () => {
      asyncStart.publish(context);
      asyncEnd.publish(context);
    };
    return this.start.runStores(context, () => {
      try {
        let promise = Reflect.apply(fn, thisArg, args);
        if (typeof promise?.then !== 'function') promise = Promise.resolve(promise);
        return promise.then((result) => {
          context.result = result;
          settle();
          return result;
        }, (error) => {
          context.error = error;
          errors.publish(context);
          settle();
          throw error;
        });
      } catch (error) {
        context.error = error;
        errors.publish(context);
        throw error;
      } finally {
        end.publish(context);
      }
    });
  }

  traceCallback(fn, position = -1, context = {}, thisArg, ...args) {
    if (!this.hasSubscribers) return Reflect.apply(fn, thisArg, args);
    const { asyncStart, asyncEnd, error: errors, end } = this;
    const callback = args.at(position);
    validateFunction(callback, 'callback');
    args.splice(position < 0 ? args.length + position : position, 1, function(...results) {
      if (results[0]) {
        context.error = results[0];
        errors.publish(context);
      } else {
        context.result = results[1];
      }
      return asyncStart.runStores(context, () => {
        try {
          return Reflect.apply(callback, this, results);
        } finally {
          asyncEnd.publish(context);
        }
      });
    });
    return this.start.runStores(context, () => {
      try {
        return Reflect.apply(fn, thisArg, args);
      } catch (error) {
        context.error = error;
        errors.publish(context);
        throw error;
      } finally {
        end.publish(context);
      }
    });
  }
}

function tracingChannel(nameOrChannels) {
  return new TracingChannel(nameOrChannels);
}

require('internal/modules/diagnostics').provide(tracingChannel);

module.exports = { channel, hasSubscribers, subscribe, tracingChannel, unsubscribe, Channel };
