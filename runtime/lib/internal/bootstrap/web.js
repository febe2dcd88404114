'use strict';

// Globals of the web platform. Each names the built-in it comes from, which is loaded when the global is first used;
// those whose built-in does not exist yet are absent.

const { hasBuiltin } = require('internal/bootstrap/realm');
const { ObjectDefineProperty } = primordials;

function define(name, value, enumerable) {
  ObjectDefineProperty(globalThis, name, { __proto__: null, value, writable: true, enumerable, configurable: true });
}

// A property that becomes a plain value when it is read or written.
function lazy(id, names, enumerable = false) {
  if (!hasBuiltin(id)) return;
  for (const name of names) {
    ObjectDefineProperty(globalThis, name, {
      __proto__: null,
      configurable: true,
      enumerable,
      get() {
        const value = require(id)[name];
        // While the built-in itself is being loaded there is nothing to keep yet.
        if (value !== undefined) define(name, value, enumerable);
        return value;
      },
      set(value) { define(name, value, enumerable); },
    });
  }
}

// Functions that load their built-in when first called, as Web IDL operations are: writable data properties.
function operation(id, name, length) {
  if (!hasBuiltin(id)) return;
  let real;
  const call = { [name](...args) {
    real ??= require(id)[name];
    return primordials.ReflectApply(real, this, args);
  } }[name];
  ObjectDefineProperty(call, 'length', { __proto__: null, value: length, configurable: true });
  define(name, call, true);
}

lazy('internal/domexception', ['DOMException']);
lazy('internal/url', ['URL', 'URLSearchParams']);
lazy('internal/url_pattern', ['URLPattern']);
lazy('internal/encoding', ['TextEncoder', 'TextDecoder']);
lazy('internal/blob', ['Blob']);
lazy('internal/file', ['File']);
lazy('internal/event_target', ['CustomEvent', 'Event', 'EventTarget']);
lazy('internal/abort_controller', ['AbortController', 'AbortSignal']);
lazy('internal/worker/io', ['MessageChannel', 'MessagePort', 'MessageEvent']);
lazy('internal/worker/broadcast_channel', ['BroadcastChannel']);
lazy('internal/webstreams/readablestream', [
  'ReadableStream', 'ReadableStreamDefaultReader', 'ReadableStreamBYOBReader', 'ReadableStreamBYOBRequest',
  'ReadableByteStreamController', 'ReadableStreamDefaultController',
]);
lazy('internal/webstreams/transformstream', ['TransformStream', 'TransformStreamDefaultController']);
lazy('internal/webstreams/writablestream', ['WritableStream', 'WritableStreamDefaultController', 'WritableStreamDefaultWriter']);
lazy('internal/webstreams/queuingstrategies', ['ByteLengthQueuingStrategy', 'CountQueuingStrategy']);
lazy('internal/webstreams/encoding', ['TextEncoderStream', 'TextDecoderStream']);
lazy('internal/webstreams/compression', ['CompressionStream', 'DecompressionStream']);
lazy('perf_hooks', [
  'PerformanceEntry', 'PerformanceMark', 'PerformanceMeasure', 'PerformanceObserver', 'PerformanceObserverEntryList',
  'PerformanceResourceTiming', 'Performance',
]);
lazy('perf_hooks', ['performance'], true);
lazy('internal/crypto/webcrypto', ['Crypto', 'CryptoKey', 'SubtleCrypto']);
lazy('internal/crypto/webcrypto', ['crypto'], true);
lazy('internal/navigator', ['Navigator']);
lazy('internal/navigator', ['navigator'], true);
// Bodies are web streams.
if (hasBuiltin('internal/webstreams/readablestream')) {
  lazy('internal/fetch', ['FormData', 'Headers', 'Request', 'Response', 'WebSocket', 'CloseEvent']);
}
operation('internal/fetch', 'fetch', 0);
operation('internal/structured_clone', 'structuredClone', 1);

if (hasBuiltin('buffer')) {
  const { Buffer, atob, btoa } = require('buffer');
  define('Buffer', Buffer, false);
  define('atob', atob, true);
  define('btoa', btoa, true);
}
if (hasBuiltin('internal/console/global')) define('console', require('internal/console/global'), false);
