'use strict';

// https://nodejs.org/api/http2.html. Constants and settings are whole, so that programs which offer HTTP/2 beside HTTP/1 can
// load; sessions are not there yet, and whoever asks for one is told.

const { codes: { ERR_ILLEGAL_CONSTRUCTOR, ERR_METHOD_NOT_IMPLEMENTED } } = require('internal/errors');
const { constants } = require('internal/http2/constants');
const settings = require('internal/http2/settings');

function refuse(name) {
  return { [name]() { throw new ERR_METHOD_NOT_IMPLEMENTED(`http2.${name}()`); } }[name];
}

// Programs ask what a request is an instance of; only a server could make one.
class Http2ServerRequest {
  constructor() { throw new ERR_ILLEGAL_CONSTRUCTOR(); }
}
class Http2ServerResponse {
  constructor() { throw new ERR_ILLEGAL_CONSTRUCTOR(); }
}

module.exports = {
  connect: refuse('connect'),
  constants,
  createServer: refuse('createServer'),
  createSecureServer: refuse('createSecureServer'),
  getDefaultSettings: settings.getDefaultSettings,
  getPackedSettings: settings.getPackedSettings,
  getUnpackedSettings: settings.getUnpackedSettings,
  performServerHandshake: refuse('performServerHandshake'),
  sensitiveHeaders: Symbol('sensitiveHeaders'),
  Http2ServerRequest,
  Http2ServerResponse,
};
