'use strict';

// Header blocks: objects and raw lists of programs, and what goes over the wire (RFC 9113, section 8.2).
// https://nodejs.org/api/http2.html#headers-object

const {
  codes: {
    ERR_HTTP2_CONNECT_AUTHORITY, ERR_HTTP2_CONNECT_PATH, ERR_HTTP2_CONNECT_SCHEME, ERR_HTTP2_HEADER_SINGLE_VALUE,
    ERR_HTTP2_INVALID_CONNECTION_HEADERS, ERR_HTTP2_INVALID_PSEUDOHEADER, ERR_INVALID_ARG_VALUE, ERR_INVALID_HTTP_TOKEN,
  },
} = require('internal/errors');
const { _checkIsHttpToken: checkIsHttpToken } = require('_http_common');

const kSensitiveHeaders = Symbol('sensitiveHeaders');

const pseudoHeaders = new Set([':status', ':method', ':authority', ':scheme', ':path', ':protocol']);
// Of these the first counts in what is received; more than one is an error in what is sent.
const singleHeaders = new Set([
  ...pseudoHeaders, 'access-control-allow-credentials', 'access-control-max-age', 'access-control-request-method', 'age',
  'authorization', 'content-encoding', 'content-language', 'content-length', 'content-location', 'content-md5', 'content-range',
  'content-type', 'date', 'dnt', 'etag', 'expires', 'from', 'host', 'if-match', 'if-modified-since', 'if-none-match',
  'if-range', 'if-unmodified-since', 'last-modified', 'location', 'max-forwards', 'proxy-authorization', 'range', 'referer',
  'retry-after', 'tk', 'upgrade-insecure-requests', 'user-agent', 'x-content-type-options',
]);
// What HTTP/1 says about its connection.
const connectionHeaders = new Set([
  'connection', 'upgrade', 'http2-settings', 'keep-alive', 'proxy-connection', 'transfer-encoding',
]);

function assertValidPseudoHeader(name) {
  if (!pseudoHeaders.has(name)) throw new ERR_HTTP2_INVALID_PSEUDOHEADER(name);
}
function assertValidPseudoHeaderResponse(name) {
  if (name !== ':status') throw new ERR_HTTP2_INVALID_PSEUDOHEADER(name);
}
function assertValidPseudoHeaderTrailer(name) {
  throw new ERR_HTTP2_INVALID_PSEUDOHEADER(name);
}

// A block as the binding takes it: [name NUL value NUL flags ..., number of fields]. Pseudo-headers come first.
class BlockWriter {
  constructor(assertValuePseudoHeader, strictSingleValues, sensitive) {
    this.check = assertValuePseudoHeader;
    this.strict = strictSingleValues;
    this.sensitive = sensitive?.map((name) => `${name}`.toLowerCase());
    this.pseudo = '';
    this.rest = '';
    this.count = 0;
    this.seen = []; // a handful: to look through them is quicker than a set is made
  }

  add(key, value) {
    if (value === undefined || key === '') return;
    key = key.toLowerCase();
    const isSingle = singleHeaders.has(key);
    if (Array.isArray(value)) {
      if (value.length === 0) return;
      if (value.length === 1) {
        value = `${value[0]}`;
      } else if (isSingle && (this.strict || key[0] === ':')) {
        throw new ERR_HTTP2_HEADER_SINGLE_VALUE(key);
      }
    } else {
      value = `${value}`;
    }
    if (isSingle && (this.strict || key[0] === ':')) {
      if (this.seen.includes(key)) throw new ERR_HTTP2_HEADER_SINGLE_VALUE(key);
      this.seen.push(key);
    }
    const flags = this.sensitive?.includes(key) ? '\x01' : '\0';
    if (key[0] === ':') {
      this.check(key);
      this.pseudo += `${key}\0${value}\0${flags}`;
      this.count++;
      return;
    }
    if (!checkIsHttpToken(key)) throw new ERR_INVALID_HTTP_TOKEN('Header name', key);
    if (connectionHeaders.has(key) || (key === 'te' && `${value}` !== 'trailers')) {
      throw new ERR_HTTP2_INVALID_CONNECTION_HEADERS(key);
    }
    if (Array.isArray(value)) {
      for (const each of value) this.rest += `${key}\0${each}\0${flags}`;
      this.count += value.length;
    } else {
      this.rest += `${key}\0${value}\0${flags}`;
      this.count++;
    }
  }

  done() { return [this.pseudo + this.rest, this.count]; }
}

// Of an object, or of a raw list [name, value, ...].
function buildNgHeaderString(headers, assertValuePseudoHeader = assertValidPseudoHeader, strictSingleValues = true) {
  const writer = new BlockWriter(assertValuePseudoHeader, strictSingleValues, headers[kSensitiveHeaders]);
  if (Array.isArray(headers)) {
    for (let i = 0; i < headers.length; i += 2) writer.add(`${headers[i]}`, headers[i + 1]);
  } else {
    for (const key of Object.keys(headers)) writer.add(key, headers[key]);
  }
  return writer.done();
}

// What was received, as programs see it.
function toHeaderObject(fields, sensitive) {
  const headers = { __proto__: null };
  for (let i = 0; i < fields.length; i += 2) {
    const name = fields[i];
    const value = fields[i + 1];
    const existing = headers[name];
    if (existing === undefined) {
      if (name === ':status') headers[name] = value | 0;
      else headers[name] = name === 'set-cookie' ? [value] : value;
    } else if (!singleHeaders.has(name)) {
      if (name === 'cookie') headers[name] = `${existing}; ${value}`;
      else if (name === 'set-cookie') existing.push(value);
      else headers[name] = `${existing}, ${value}`;
    }
  }
  headers[kSensitiveHeaders] = sensitive ?? [];
  return headers;
}

// A raw list's fields as an object, for what a program asks of the headers it sent.
function rawToObject(list) {
  if (list.length % 2 !== 0) throw new ERR_INVALID_ARG_VALUE('headers', list);
  const headers = { __proto__: null };
  for (let i = 0; i < list.length; i += 2) {
    const name = `${list[i]}`;
    const value = list[i + 1];
    const existing = headers[name];
    if (existing === undefined) headers[name] = value;
    else if (Array.isArray(existing)) existing.push(value);
    else headers[name] = [existing, value];
  }
  headers[kSensitiveHeaders] = list[kSensitiveHeaders];
  return headers;
}

function getAuthority(headers) {
  // RFC 9113, section 8.3.1: :authority stands for what HTTP/1 says by Host.
  if (headers[':authority'] !== undefined) return headers[':authority'];
  return headers.host;
}

// A request's block, with `defaultAuthority` and `defaultScheme` where the program left them out: { fields, count, headers (as
// an object), scheme, authority, method }.
function prepareRequestHeaders(headers, defaultAuthority, defaultScheme, strictSingleValues) {
  const isRaw = Array.isArray(headers);
  const object = isRaw ? rawToObject(headers) : { __proto__: null, ...headers };
  const extra = [];
  const add = (name, value) => {
    object[name] = value;
    extra.push(name, value);
  };
  if (object[':method'] === undefined) add(':method', 'GET');
  const method = `${object[':method']}`;
  if (method === 'CONNECT' && object[':protocol'] === undefined) {
    if (object[':authority'] === undefined) throw new ERR_HTTP2_CONNECT_AUTHORITY();
    if (object[':scheme'] !== undefined) throw new ERR_HTTP2_CONNECT_SCHEME();
    if (object[':path'] !== undefined) throw new ERR_HTTP2_CONNECT_PATH();
  } else {
    if (object[':authority'] === undefined && object.host === undefined) add(':authority', defaultAuthority);
    if (object[':scheme'] === undefined) add(':scheme', defaultScheme);
    if (object[':path'] === undefined) add(':path', '/');
  }
  let block;
  if (isRaw) {
    const all = [...extra, ...headers];
    all[kSensitiveHeaders] = headers[kSensitiveHeaders];
    block = buildNgHeaderString(all, assertValidPseudoHeader, strictSingleValues);
    if (headers[kSensitiveHeaders] === undefined) delete object[kSensitiveHeaders];
  } else {
    block = buildNgHeaderString(object, assertValidPseudoHeader, strictSingleValues);
  }
  return { fields: block[0], count: block[1], headers: object, scheme: object[':scheme'], authority: getAuthority(object), method };
}

module.exports = {
  assertValidPseudoHeader, assertValidPseudoHeaderResponse, assertValidPseudoHeaderTrailer, buildNgHeaderString,
  getAuthority, kSensitiveHeaders, prepareRequestHeaders, rawToObject, singleHeaders, toHeaderObject,
};
