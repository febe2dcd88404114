'use strict';

// What the parts of http2 share: errors of nghttp2, options, checks of arguments.

const binding = internalBinding('http2');
const { constants } = require('internal/http2/constants');
const headers = require('internal/http2/headers');
const { kSocket } = require('internal/http2/symbols');
const {
  codes: { ERR_HTTP2_INVALID_SETTING_VALUE, ERR_INVALID_ARG_TYPE }, hideStackFrames,
} = require('internal/errors');


// An error of the library, by its negative number.
class NghttpError extends Error {
  constructor(integer, customErrorCode) {
    super(customErrorCode ? messageOf(customErrorCode) : binding.nghttp2ErrorString(integer));
    const code = customErrorCode || 'ERR_HTTP2_ERROR';
    // The stack begins with the code, as those of other coded errors do.
    this.name = `Error [${code}]`;
    const { stack } = this;
    delete this.name;
    if (typeof stack === 'string') this.stack = stack;
    this.code = code;
    this.errno = integer;
  }
  toString() { return `${this.name} [${this.code}]: ${this.message}`; }
}
function messageOf(code) {
  return new (require('internal/errors').codes[code])().message;
}

// The library's numbers that something depends on.
const libraryErrors = {
  NGHTTP2_ERR_INVALID_ARGUMENT: -501,
  NGHTTP2_ERR_PROTO: -505,
  NGHTTP2_ERR_DEFERRED: -508,
  NGHTTP2_ERR_STREAM_ID_NOT_AVAILABLE: -509,
  NGHTTP2_ERR_STREAM_CLOSED: -510,
  NGHTTP2_ERR_HTTP_HEADER: -531,
  NGHTTP2_ERR_NOMEM: -901,
};

// NGHTTP2_... of an error code of the protocol.
const nameForErrorCode = [];
for (const name of [
  'NO_ERROR', 'PROTOCOL_ERROR', 'INTERNAL_ERROR', 'FLOW_CONTROL_ERROR', 'SETTINGS_TIMEOUT', 'STREAM_CLOSED', 'FRAME_SIZE_ERROR',
  'REFUSED_STREAM', 'CANCEL', 'COMPRESSION_ERROR', 'CONNECT_ERROR', 'ENHANCE_YOUR_CALM', 'INADEQUATE_SECURITY', 'HTTP_1_1_REQUIRED',
]) {
  nameForErrorCode[constants[`NGHTTP2_${name}`]] = `NGHTTP2_${name}`;
}

function sessionName(type) {
  switch (type) {
    case constants.NGHTTP2_SESSION_CLIENT: return 'client';
    case constants.NGHTTP2_SESSION_SERVER: return 'server';
    default: return '<invalid>';
  }
}

const assertIsObject = hideStackFrames((value, name, types) => {
  if (value !== undefined && (value === null || typeof value !== 'object' || (Array.isArray(value) && !types?.includes?.('Array')))) {
    throw new ERR_INVALID_ARG_TYPE(name, types || 'Object', value);
  }
});
const assertIsArray = hideStackFrames((value, name) => {
  if (value !== undefined && !Array.isArray(value)) throw new ERR_INVALID_ARG_TYPE(name, 'Array', value);
});
const assertWithinRange = hideStackFrames((name, value, min = 0, max = Infinity) => {
  if (value !== undefined && (typeof value !== 'number' || value < min || value > max)) {
    throw new ERR_HTTP2_INVALID_SETTING_VALUE.RangeError(name, value, min, max);
  }
});

// By their places in the options' buffer; see bindings/http2/session_callbacks.h.
const optionNames = [
  'maxDeflateDynamicTableSize', 'maxReservedRemoteStreams', 'maxSendHeaderBlockLength', 'peerMaxConcurrentStreams',
  'paddingStrategy', 'maxHeaderListPairs', 'maxOutstandingPings', 'maxOutstandingSettings', 'maxSessionMemory', 'maxSettings',
  'streamResetRate', 'streamResetBurst',
];
const kLaxWhitespace = 12;
const kFlags = 13;
const kMaxInvalidFrames = 14;
const kMaxRejectedStreams = 15;

function updateOptionsBuffer(options) {
  const { optionsBuffer } = binding;
  let flags = 0;
  for (let i = 0; i < optionNames.length; i++) {
    const value = options[optionNames[i]];
    if (typeof value !== 'number') continue;
    flags |= 1 << i;
    optionsBuffer[i] = optionNames[i] === 'maxSettings' ? Math.max(1, value) : value;
  }
  if (typeof options.strictFieldWhitespaceValidation === 'boolean') {
    flags |= 1 << kLaxWhitespace;
    optionsBuffer[kLaxWhitespace] = options.strictFieldWhitespaceValidation ? 0 : 1;
  }
  optionsBuffer[kFlags] = flags;
  optionsBuffer[kMaxInvalidFrames] = options.maxSessionInvalidFrames ?? 1000;
  optionsBuffer[kMaxRejectedStreams] = options.maxSessionRejectedStreams ?? 100;
  return optionsBuffer;
}

module.exports = {
  ...headers, NghttpError, assertIsArray, assertIsObject, assertWithinRange, kSocket, libraryErrors, nameForErrorCode, sessionName,
  updateOptionsBuffer,
};
