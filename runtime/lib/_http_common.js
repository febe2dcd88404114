'use strict';

// What both ends of HTTP/1 share: the parser's callbacks, and the rules for tokens and header values.

const { HTTPParser, allMethods, methods } = internalBinding('http_parser');
const { getOptionValue } = require('internal/options');
const { IncomingMessage, readStart, readStop } = require('_http_incoming');

const kIncomingMessage = Symbol('IncomingMessage');
const kMaxFreeParsers = 1000;
const CRLF = '\r\n';
const noop = () => {};

let warnedInsecure = false;
function isLenient() {
  const insecure = getOptionValue('--insecure-http-parser');
  if (insecure && !warnedInsecure) {
    warnedInsecure = true;
    process.emitWarning('Using insecure HTTP parsing');
  }
  return Boolean(insecure);
}

// More headers than one call carries, or trailers.
function onHeaders(headers, url) {
  if (this.maxHeaderPairs <= 0 || this._headers.length < this.maxHeaderPairs) this._headers.push(...headers);
  this._url += url;
}

function onHeadersComplete(major, minor, headers, method, url, statusCode, statusMessage, upgrade, shouldKeepAlive) {
  const { socket } = this;
  if (headers === undefined) {
    headers = this._headers;
    this._headers = [];
  }
  if (url === undefined) {
    url = this._url;
    this._url = '';
  }
  const Incoming = socket?.server?.[kIncomingMessage] || IncomingMessage;
  const incoming = this.incoming = new Incoming(socket);
  incoming.httpVersionMajor = major;
  incoming.httpVersionMinor = minor;
  incoming.httpVersion = `${major}.${minor}`;
  incoming.joinDuplicateHeaders = socket?.server?.joinDuplicateHeaders || this.joinDuplicateHeaders;
  incoming.url = url;
  incoming.upgrade = upgrade;
  let n = headers.length;
  // Zero and less: no limit.
  if (this.maxHeaderPairs > 0 && n > this.maxHeaderPairs) n = this.maxHeaderPairs;
  incoming._addHeaderLines(headers, n);
  if (typeof method === 'number') {
    incoming.method = allMethods[method];
  } else {
    incoming.statusCode = statusCode;
    incoming.statusMessage = statusMessage;
  }
  return this.onIncoming(incoming, shouldKeepAlive);
}

function onBody(chunk) {
  const stream = this.incoming;
  if (stream === null || stream._dumped) return;
  if (!stream.push(chunk)) {
    readStop(this.socket);
  }
}

function onMessageComplete() {
  const stream = this.incoming;
  if (stream !== null) {
    stream.complete = true;
    const headers = this._headers;
    if (headers.length) {
      stream._addHeaderLines(headers, headers.length);
      this._headers = [];
      this._url = '';
    }
    stream.push(null);
  }
  // The next message may be here already.
  readStart(this.socket);
}

function makeParser() {
  const parser = new HTTPParser();
  cleanParser(parser);
  parser.onHeaders = onHeaders;
  parser.onHeadersComplete = onHeadersComplete;
  parser.onBody = onBody;
  parser.onMessageComplete = onMessageComplete;
  return parser;
}

function cleanParser(parser) {
  parser._headers = [];
  parser._url = '';
  parser.socket = null;
  parser.incoming = null;
  parser.outgoing = null;
  parser.maxHeaderPairs = 2000;
  parser.onMessageBegin = undefined;
  parser.onExecute = undefined;
  parser.onIncoming = noop;
  parser.joinDuplicateHeaders = null;
  parser._consumed = false;
}

const free = [];
const parsers = {
  max: kMaxFreeParsers,
  alloc() { return free.length > 0 ? free.pop() : makeParser(); },
  free(parser) {
    if (free.length >= this.max) return false;
    free.push(parser);
    return true;
  },
};

// Gives the parser back and takes it off its request and socket.
function freeParser(parser, request, socket) {
  if (parser) {
    if (parser._consumed) parser.unconsume();
    cleanParser(parser);
    // It may be on the stack now, so it must not be used for another message at once.
    setImmediate(() => parsers.free(parser));
  }
  if (request) request.parser = null;
  if (socket) socket.parser = null;
}

const tokenExpression = /^[\^_`a-zA-Z\-0-9!#$%&'*+.|~]+$/;
function checkIsHttpToken(value) {
  return tokenExpression.test(value);
}
const headerCharExpression = /[^\t\x20-\x7e\x80-\xff]/;
function checkInvalidHeaderChar(value) {
  return headerCharExpression.test(value);
}

// A parser's error with what it could not parse.
function prepareError(error, parser, rawPacket) {
  error.rawPacket = rawPacket || parser.getCurrentBuffer();
  if (typeof error.reason === 'string') error.message = `Parse Error: ${error.reason}`;
}

module.exports = {
  _checkInvalidHeaderChar: checkInvalidHeaderChar,
  _checkIsHttpToken: checkIsHttpToken,
  chunkExpression: /(?:^|\W)chunked(?:$|\W)/i,
  continueExpression: /(?:^|\W)100-continue(?:$|\W)/i,
  CRLF,
  freeParser,
  methods: methods.toSorted(),
  parsers,
  kIncomingMessage,
  HTTPParser,
  isLenient,
  prepareError,
};
