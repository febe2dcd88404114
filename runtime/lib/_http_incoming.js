'use strict';

// http.IncomingMessage: a request at the server, a response at the client.

const { FunctionPrototypeCall, ObjectDefineProperty, ObjectSetPrototypeOf } = primordials;
const { Readable, finished } = require('stream');

const kHeaders = Symbol('kHeaders');
const kHeadersDistinct = Symbol('kHeadersDistinct');
const kHeadersCount = Symbol('kHeadersCount');
const kTrailers = Symbol('kTrailers');
const kTrailersDistinct = Symbol('kTrailersDistinct');
const kTrailersCount = Symbol('kTrailersCount');

function readStart(socket) {
  if (socket && !socket._paused && socket.readable) socket.resume();
}
function readStop(socket) {
  socket?.pause();
}

function IncomingMessage(socket) {
  let options;
  if (socket) options = { highWaterMark: socket.readableHighWaterMark };
  FunctionPrototypeCall(Readable, this, options);
  this._readableState.readingMore = true;
  this.socket = socket;
  this.httpVersionMajor = null;
  this.httpVersionMinor = null;
  this.httpVersion = null;
  this.complete = false;
  this[kHeaders] = null;
  this[kHeadersCount] = 0;
  this.rawHeaders = [];
  this[kTrailers] = null;
  this[kTrailersCount] = 0;
  this.rawTrailers = [];
  this.joinDuplicateHeaders = false;
  this.aborted = false;
  this.upgrade = null;
  // A request's
  this.url = '';
  this.method = null;
  // A response's
  this.statusCode = null;
  this.statusMessage = null;
  this.client = socket;
  this._consumed = false;
  this._dumped = false;
}
ObjectSetPrototypeOf(IncomingMessage.prototype, Readable.prototype);
ObjectSetPrototypeOf(IncomingMessage, Readable);

function accessor(name, get, set, enumerable = true) {
  ObjectDefineProperty(IncomingMessage.prototype, name, { __proto__: null, configurable: true, enumerable, get, set });
}
accessor('connection', function() { return this.socket; }, function(value) { this.socket = value; });

// Headers are made into objects when they are first asked for.
function lists(name, countKey, rawName, cacheKey, distinctName, distinctKey) {
  accessor(name, function() {
    if (!this[cacheKey]) {
      this[cacheKey] = {};
      const raw = this[rawName];
      for (let i = 0; i < this[countKey]; i += 2) this._addHeaderLine(raw[i], raw[i + 1], this[cacheKey]);
    }
    return this[cacheKey];
  }, function(value) { this[cacheKey] = value; });
  accessor(distinctName, function() {
    if (!this[distinctKey]) {
      this[distinctKey] = {};
      const raw = this[rawName];
      for (let i = 0; i < this[countKey]; i += 2) this._addHeaderLineDistinct(raw[i], raw[i + 1], this[distinctKey]);
    }
    return this[distinctKey];
  }, function(value) { this[distinctKey] = value; });
}
lists('headers', kHeadersCount, 'rawHeaders', kHeaders, 'headersDistinct', kHeadersDistinct);
lists('trailers', kTrailersCount, 'rawTrailers', kTrailers, 'trailersDistinct', kTrailersDistinct);

IncomingMessage.prototype.setTimeout = function(msecs, callback) {
  if (callback) this.on('timeout', callback);
  this.socket.setTimeout(msecs);
  return this;
};

IncomingMessage.prototype._read = function() {
  if (!this._consumed) {
    this._readableState.readingMore = false;
    this._consumed = true;
  }
  // The socket is read only while somebody wants this message.
  if (this.socket.readable) readStart(this.socket);
};

IncomingMessage.prototype._destroy = function(error, callback) {
  if (!this.readableEnded || !this.complete) {
    this.aborted = true;
    this.emit('aborted');
  }
  if (this.socket && !this.socket.destroyed && this.aborted) {
    this.socket.destroy(error);
    const cleanup = finished(this.socket, (failure) => {
      if (failure?.code === 'ERR_STREAM_PREMATURE_CLOSE') failure = null;
      cleanup();
      process.nextTick(onError, this, error || failure, callback);
    });
  } else {
    process.nextTick(onError, this, error, callback);
  }
};
function onError(self, error, callback) {
  // Servers need not listen to the errors of requests.
  callback(self.listenerCount('error') === 0 ? undefined : error);
}

IncomingMessage.prototype._addHeaderLines = function(headers, n) {
  if (!headers?.length) return;
  let dest;
  if (this.complete) {
    this.rawTrailers = headers;
    this[kTrailersCount] = n;
    dest = this[kTrailers];
  } else {
    this.rawHeaders = headers;
    this[kHeadersCount] = n;
    dest = this[kHeaders];
  }
  if (dest) for (let i = 0; i < n; i += 2) this._addHeaderLine(headers[i], headers[i + 1], dest);
};

// How a header that comes more than once is joined: RFC 9110, section 5.3, and Node's documentation of message.headers.
const kFirstOnly = new Set([
  'age', 'authorization', 'content-length', 'content-type', 'etag', 'expires', 'from', 'host', 'if-modified-since',
  'if-unmodified-since', 'last-modified', 'location', 'max-forwards', 'proxy-authorization', 'referer', 'retry-after',
  'server', 'user-agent',
]);
const lowered = new Map();
function lower(field) {
  let name = lowered.get(field);
  if (name === undefined) {
    name = field.toLowerCase();
    // Names come from the other side: only so many are kept.
    if (lowered.size < 512 && field.length < 64) lowered.set(field, name);
  }
  return name;
}

IncomingMessage.prototype._addHeaderLine = function(field, value, dest) {
  const name = lower(field);
  const old = dest[name];
  if (name === 'set-cookie') {
    if (old !== undefined) old.push(value);
    else dest[name] = [value];
  } else if (typeof old !== 'string') {
    dest[name] = value;
  } else if (name === 'cookie') {
    dest[name] = `${old}; ${value}`;
  } else if (!kFirstOnly.has(name) || this.joinDuplicateHeaders) {
    dest[name] = `${old}, ${value}`;
  }
};
IncomingMessage.prototype._addHeaderLineDistinct = function(field, value, dest) {
  const name = lower(field);
  if (!dest[name]) dest[name] = [value];
  else dest[name].push(value);
};

// Reads and drops what nobody wants, so that the next message can come.
IncomingMessage.prototype._dump = function() {
  if (this._dumped) return;
  this._dumped = true;
  // Data listeners must not see what is dropped.
  this.removeAllListeners('data');
  this.resume();
};

module.exports = { IncomingMessage, readStart, readStop };
