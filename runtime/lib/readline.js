'use strict';

// https://nodejs.org/api/readline.html: lines of a stream; on a terminal they can be edited (internal/readline/editor).

const { FunctionPrototypeCall, ObjectSetPrototypeOf } = primordials;
const EventEmitter = require('events');
const { StringDecoder } = require('string_decoder');
const { clearLine, clearScreenDown, cursorTo, moveCursor } = require('internal/readline/callbacks');
const { emitKeypressEvents } = require('internal/readline/keys');
const { AbortError, codes: { ERR_INVALID_ARG_VALUE, ERR_USE_AFTER_CLOSE } } = require('internal/errors');
const { validateAbortSignal, validateArray, validateUint32 } = require('internal/validators');
const { promisify } = require('internal/util');

// A line ends at any of these; \r\n is one end.
const kLineEnd = /\r\n|\n|\r|\u2028|\u2029/;
const kMinCrlfDelay = 100;

function Interface(input, output, completer, terminal) {
  if (!(this instanceof Interface)) return new Interface(input, output, completer, terminal);
  FunctionPrototypeCall(EventEmitter, this);
  let options = {};
  if (input?.input) {
    options = input;
    ({ output, completer, terminal, input } = options);
    if (options.signal) validateAbortSignal(options.signal, 'options.signal');
  }
  if (input === undefined || typeof input?.on !== 'function') throw new ERR_INVALID_ARG_VALUE('input', input);
  if (completer !== undefined && typeof completer !== 'function') throw new ERR_INVALID_ARG_VALUE('completer', completer);
  this.input = input;
  this.output = output;
  this.terminal = Boolean(terminal ?? output?.isTTY);
  this.line = '';
  this.cursor = 0;
  this.closed = false;
  this.paused = false;
  setUpHistory(this, options);
  this.completer = completer;
  this.crlfDelay = options.crlfDelay ? Math.max(kMinCrlfDelay, options.crlfDelay) : kMinCrlfDelay;
  this._prompt = options.prompt === undefined ? '> ' : `${options.prompt}`;
  this._questionCallback = null;
  this._partial = '';
  this._sawReturnAt = 0;
  this._decoder = new StringDecoder('utf8');
  this._onData = (data) => this._feed(typeof data === 'string' ? data : this._decoder.write(data));
  this._onEnd = () => {
    const rest = this._partial + this._decoder.end();
    this._partial = '';
    if (rest.length > 0) this._onLine(rest);
    this.close();
  };
  this._onError = (error) => this.emit('error', error);
  input.on('error', this._onError);
  if (this.terminal) require('internal/readline/editor').setUpEditor(this);
  else input.on('data', this._onData);
  input.on('end', this._onEnd);
  if (options.signal) {
    const onAbort = () => this.close();
    if (options.signal.aborted) {
      process.nextTick(onAbort);
    } else {
      options.signal.addEventListener('abort', onAbort, { once: true });
      this.once('close', () => options.signal.removeEventListener('abort', onAbort));
    }
  }
  input.resume();
}
function setUpHistory(iface, { history, historySize, removeHistoryDuplicates, tabSize, escapeCodeTimeout }) {
  if (history === undefined) history = [];
  else validateArray(history, 'history');
  if (historySize === undefined) historySize = 30;
  if (typeof historySize !== 'number' || Number.isNaN(historySize) || historySize < 0) {
    throw new ERR_INVALID_ARG_VALUE.RangeError('historySize', historySize);
  }
  if (tabSize !== undefined) validateUint32(tabSize, 'tabSize', true);
  if (escapeCodeTimeout !== undefined) {
    if (!Number.isFinite(escapeCodeTimeout)) throw new ERR_INVALID_ARG_VALUE('input.escapeCodeTimeout', escapeCodeTimeout);
    iface.escapeCodeTimeout = escapeCodeTimeout;
  } else {
    iface.escapeCodeTimeout = 500;
  }
  iface.history = history;
  iface.historySize = historySize;
  iface.removeHistoryDuplicates = Boolean(removeHistoryDuplicates);
  iface.tabSize = tabSize ?? 8;
}
ObjectSetPrototypeOf(Interface.prototype, EventEmitter.prototype);
ObjectSetPrototypeOf(Interface, EventEmitter);

Interface.prototype._feed = function(text) {
  if (this.closed || text === '') return;
  // A \n right after a \r of the last piece belongs to it.
  if (this._sawReturnAt && text[0] === '\n' && Date.now() - this._sawReturnAt <= this.crlfDelay) text = text.slice(1);
  this._sawReturnAt = text.endsWith('\r') ? Date.now() : 0;
  const lines = (this._partial + text).split(kLineEnd);
  this._partial = lines.pop();
  for (const line of lines) {
    if (this.closed) return;
    this._onLine(line);
  }
};

Interface.prototype._onLine = function(line) {
  if (this._questionCallback) {
    const callback = this._questionCallback;
    this._questionCallback = null;
    this.setPrompt(this._oldPrompt);
    callback(line);
  } else {
    this.emit('line', line);
  }
};

Interface.prototype.setPrompt = function(prompt) { this._prompt = `${prompt}`; };
Interface.prototype.getPrompt = function() { return this._prompt; };
Interface.prototype.prompt = function(preserveCursor) {
  if (this.closed) throw new ERR_USE_AFTER_CLOSE('readline');
  if (this.paused) this.resume();
  if (this.terminal && process.env.TERM !== 'dumb') {
    if (!preserveCursor) this.cursor = 0;
    this._refreshLine();
  } else {
    this._writeToOutput(this._prompt);
  }
};
// Programs that hide what is typed put a function of their own here.
Interface.prototype._writeToOutput = function(text) {
  if (this.output !== null && this.output !== undefined) this.output.write(text);
};

Interface.prototype.question = function(query, options, callback) {
  if (typeof options === 'function') {
    callback = options;
    options = undefined;
  }
  if (this.closed) throw new ERR_USE_AFTER_CLOSE('readline');
  const signal = options?.signal;
  if (signal !== undefined) {
    validateAbortSignal(signal, 'options.signal');
    if (signal.aborted) return;
    const onAbort = () => { this._questionCallback = null; };
    signal.addEventListener('abort', onAbort, { once: true });
    const inner = callback;
    callback = typeof inner === 'function' ? (answer) => {
      signal.removeEventListener('abort', onAbort);
      return inner(answer);
    } : inner;
  }
  if (typeof callback !== 'function') return;
  if (this._questionCallback) {
    this.prompt();
    return;
  }
  this._oldPrompt = this._prompt;
  this.setPrompt(query);
  this._questionCallback = callback;
  this.prompt();
};
Interface.prototype.question[promisify.custom] = function question(query, options) {
  const signal = options?.signal;
  if (signal?.aborted) return Promise.reject(new AbortError(undefined, { cause: signal.reason }));
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(new AbortError(undefined, { cause: signal.reason }));
    signal?.addEventListener('abort', onAbort, { once: true });
    this.question(query, options, (answer) => {
      signal?.removeEventListener('abort', onAbort);
      resolve(answer);
    });
  });
};

Interface.prototype.write = function(data, key) {
  if (this.closed) throw new ERR_USE_AFTER_CLOSE('readline');
  if (this.paused) this.resume();
  if (this.terminal) this._ttyWrite(data === undefined || data === null ? undefined : `${data}`, key);
  else if (data !== undefined && data !== null) this._feed(`${data}`);
};
Interface.prototype.pause = function() {
  if (this.closed) throw new ERR_USE_AFTER_CLOSE('readline');
  if (this.paused) return;
  this.input.pause();
  this.paused = true;
  this.emit('pause');
  return this;
};
Interface.prototype.resume = function() {
  if (this.closed) throw new ERR_USE_AFTER_CLOSE('readline');
  if (!this.paused) return;
  this.input.resume();
  this.paused = false;
  this.emit('resume');
  return this;
};
Interface.prototype.close = function() {
  if (this.closed) return;
  this.pause();
  this.input.removeListener('data', this._onData);
  this.input.removeListener('end', this._onEnd);
  this.input.removeListener('error', this._onError);
  this.closed = true;
  this.emit('close');
};
Interface.prototype[Symbol.dispose] = Interface.prototype.close;
Interface.prototype.getCursorPos = function() { return { rows: 0, cols: this.cursor }; };
Interface.prototype[Symbol.asyncIterator] = function() {
  this._iterator ??= EventEmitter.on(this, 'line', { close: ['close'], highWaterMark: 1024 });
  const { _iterator: events } = this;
  return {
    next: async () => {
      const { done, value } = await events.next();
      return done ? { done: true, value: undefined } : { done: false, value: value[0] };
    },
    return: async () => {
      this.close();
      await events.return();
      return { done: true, value: undefined };
    },
    [Symbol.asyncIterator]() { return this; },
  };
};

function createInterface(input, output, completer, terminal) {
  return new Interface(input, output, completer, terminal);
}

module.exports = {
  Interface, clearLine, clearScreenDown, createInterface, cursorTo, emitKeypressEvents, moveCursor,
  get promises() { return require('readline/promises'); },
};
