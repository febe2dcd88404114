'use strict';

// https://nodejs.org/api/http2.html

const { constants } = require('internal/http2/constants');
const { kSensitiveHeaders } = require('internal/http2/headers');
const settings = require('internal/http2/settings');
const { Http2ServerRequest, Http2ServerResponse } = require('internal/http2/compat');
const { connect, createSecureServer, createServer, performServerHandshake } = require('internal/http2/core');

module.exports = {
  connect,
  constants,
  createServer,
  createSecureServer,
  getDefaultSettings: settings.getDefaultSettings,
  getPackedSettings: settings.getPackedSettings,
  getUnpackedSettings: settings.getUnpackedSettings,
  performServerHandshake,
  sensitiveHeaders: kSensitiveHeaders,
  Http2ServerRequest,
  Http2ServerResponse,
};
