'use strict';

// fetch() and its classes, WebSocket and EventSource: undici's, as in Node.

const undici = require('internal/deps/undici/index');

const { makeDispatcher, useEnvironment } = require('internal/http_proxy');
if (useEnvironment()) undici.setGlobalDispatcher(makeDispatcher(process.env));

module.exports = {
  CloseEvent: undici.CloseEvent,
  EventSource: undici.EventSource,
  FormData: undici.FormData,
  Headers: undici.Headers,
  Request: undici.Request,
  Response: undici.Response,
  WebSocket: undici.WebSocket,
  fetch(input, init = undefined) {
    return undici.fetch(input, init);
  },
};
