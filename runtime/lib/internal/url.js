'use strict';

// URL: https://url.spec.whatwg.org/#url-class, and file paths as URLs.

const binding = internalBinding('url');
const { components } = binding;
const { ObjectDefineProperty, SymbolToStringTag } = primordials;
const {
  codes: {
    ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_INVALID_FILE_URL_HOST, ERR_INVALID_FILE_URL_PATH, ERR_INVALID_THIS,
    ERR_INVALID_URL_SCHEME, ERR_MISSING_ARGS,
  },
} = require('internal/errors');
const { validateString } = require('internal/validators');
const { customInspectSymbol: kInspect } = require('internal/util');
const { URLSearchParams, attach, isURLSearchParams, refill } = require('internal/url_search_params');
const path = require('path');

// The parts of binding.update(), by number.
const kHref = 0;
const kHash = 1;
const kPort = 2;
const kHostname = 3;
const kHost = 4;
const kPathname = 5;
const kProtocol = 6;
const kSearch = 7;
const kPassword = 8;
const kUsername = 9;
const kOmitted = 0xffffffff; // a component there is none of

const kFromHref = Symbol('from href');
let isURLPrivate;
let fromHref;

class URL {
  #href;
  #protocolEnd;
  #usernameEnd;
  #hostStart;
  #hostEnd;
  #port;
  #pathnameStart;
  #searchStart;
  #hashStart;
  #params;

  static {
    isURLPrivate = (value) => typeof value === 'object' && value !== null && #href in value;
    fromHref = (href) => new URL(kFromHref, href);
  }

  constructor(input, base = undefined) {
    if (input === kFromHref) {
      this.#update(base);
      return;
    }
    if (arguments.length === 0) throw new ERR_MISSING_ARGS('url');
    input = `${input}`;
    if (base !== undefined) base = `${base}`;
    const href = binding.parse(input, base);
    if (href === undefined) throw invalidURL(input, base ?? null);
    this.#update(href);
  }

  static parse(input, base = undefined) {
    if (arguments.length === 0) throw new ERR_MISSING_ARGS('url');
    const href = binding.parse(`${input}`, base === undefined ? undefined : `${base}`);
    return href === undefined ? null : fromHref(href);
  }

  static canParse(input, base = undefined) {
    if (arguments.length === 0) throw new ERR_MISSING_ARGS('url');
    return binding.canParse(`${input}`, base === undefined ? undefined : `${base}`);
  }

  static createObjectURL(object) {
    return require('internal/blob').createObjectURL(object);
  }
  static revokeObjectURL(url) {
    if (arguments.length === 0) throw new ERR_MISSING_ARGS('url');
    require('internal/blob').revokeObjectURL(`${url}`);
  }

  #update(href) {
    this.#href = href;
    this.#protocolEnd = components[0];
    this.#usernameEnd = components[1];
    this.#hostStart = components[2];
    this.#hostEnd = components[3];
    this.#port = components[4];
    this.#pathnameStart = components[5];
    this.#searchStart = components[6];
    this.#hashStart = components[7];
  }

  #set(part, value) {
    const href = binding.update(this.#href, part, `${value}`);
    if (href === undefined) return false;
    this.#update(href);
    return true;
  }

  #refresh() {
    if (this.#params) refill(this.#params, this.#query());
  }
  #query() {
    const { search } = this;
    return search === '' ? '' : search.slice(1);
  }

  get href() {
    check(this);
    return this.#href;
  }
  set href(value) {
    check(this);
    value = `${value}`;
    if (!this.#set(kHref, value)) throw invalidURL(value);
    this.#refresh();
  }

  get origin() {
    check(this);
    switch (this.protocol) {
      case 'http:': case 'https:': case 'ws:': case 'wss:': case 'ftp:':
        return `${this.protocol}//${this.host}`;
      case 'blob:': {
        const inner = URL.parse(this.pathname);
        return inner !== null && (inner.protocol === 'http:' || inner.protocol === 'https:') ? inner.origin : 'null';
      }
      default:
        return 'null';
    }
  }

  get protocol() {
    check(this);
    return this.#href.slice(0, this.#protocolEnd);
  }
  set protocol(value) {
    check(this);
    this.#set(kProtocol, value);
  }

  get username() {
    check(this);
    return this.#protocolEnd + 2 < this.#usernameEnd ? this.#href.slice(this.#protocolEnd + 2, this.#usernameEnd) : '';
  }
  set username(value) {
    check(this);
    this.#set(kUsername, value);
  }

  get password() {
    check(this);
    return this.#hostStart - this.#usernameEnd > 0 ? this.#href.slice(this.#usernameEnd + 1, this.#hostStart) : '';
  }
  set password(value) {
    check(this);
    this.#set(kPassword, value);
  }

  #hostFrom() {
    return this.#href[this.#hostStart] === '@' ? this.#hostStart + 1 : this.#hostStart;
  }

  get host() {
    check(this);
    // The port stands between the host and the path.
    return this.#href.slice(this.#hostFrom(), this.#port === kOmitted ? this.#hostEnd : this.#hostEnd + 1 + `${this.#port}`.length);
  }
  set host(value) {
    check(this);
    this.#set(kHost, value);
  }

  get hostname() {
    check(this);
    return this.#href.slice(this.#hostFrom(), this.#hostEnd);
  }
  set hostname(value) {
    check(this);
    this.#set(kHostname, value);
  }

  get port() {
    check(this);
    return this.#port === kOmitted ? '' : `${this.#port}`;
  }
  set port(value) {
    check(this);
    this.#set(kPort, value);
  }

  get pathname() {
    check(this);
    let end;
    if (this.#searchStart !== kOmitted) end = this.#searchStart;
    else if (this.#hashStart !== kOmitted) end = this.#hashStart;
    return this.#href.slice(this.#pathnameStart, end);
  }
  set pathname(value) {
    check(this);
    this.#set(kPathname, value);
  }

  get search() {
    check(this);
    if (this.#searchStart === kOmitted) return '';
    const end = this.#hashStart === kOmitted ? this.#href.length : this.#hashStart;
    return end - this.#searchStart <= 1 ? '' : this.#href.slice(this.#searchStart, end);
  }
  set search(value) {
    check(this);
    this.#set(kSearch, value);
    this.#refresh();
  }

  get searchParams() {
    check(this);
    if (this.#params === undefined) {
      this.#params = new URLSearchParams();
      attach(this.#params, (params) => { this.#set(kSearch, params.toString()); }, this.#query());
    }
    return this.#params;
  }

  get hash() {
    check(this);
    return this.#hashStart === kOmitted || this.#href.length - this.#hashStart <= 1 ? '' : this.#href.slice(this.#hashStart);
  }
  set hash(value) {
    check(this);
    this.#set(kHash, value);
  }

  toString() {
    check(this);
    return this.#href;
  }
  toJSON() {
    check(this);
    return this.#href;
  }

  [kInspect](depth, options) {
    check(this);
    if (typeof depth === 'number' && depth < 0) return this;
    const { inspect } = require('internal/util/inspect');
    const constructor = getConstructor(this) ?? URL;
    const shown = { __proto__: { constructor: constructor === URL ? URL : constructor } };
    for (const name of kShown) shown[name] = this[name];
    if (options.showHidden) {
      shown[Symbol('context')] = {
        href: this.#href, protocol_end: this.#protocolEnd, username_end: this.#usernameEnd, host_start: this.#hostStart,
        host_end: this.#hostEnd, port: this.#port, pathname_start: this.#pathnameStart, search_start: this.#searchStart,
        hash_start: this.#hashStart,
      };
    }
    return `${constructor.name} ${inspect(shown, options).replace(/^[^{]*/, '')}`;
  }
}
const kShown = ['href', 'origin', 'protocol', 'username', 'password', 'host', 'hostname', 'port', 'pathname', 'search', 'searchParams', 'hash'];

function getConstructor(value) {
  while (value) {
    const descriptor = Object.getOwnPropertyDescriptor(value, 'constructor');
    if (typeof descriptor?.value === 'function' && descriptor.value.name !== '') return descriptor.value;
    value = Object.getPrototypeOf(value);
  }
}

// Its stack does not show the code, unlike that of other coded errors.
function invalidURL(input, base = null) {
  const error = new TypeError('Invalid URL');
  error.code = 'ERR_INVALID_URL';
  error.input = input;
  if (base !== null) error.base = base;
  Error.captureStackTrace(error, invalidURL);
  return error;
}

function check(value) {
  if (!isURLPrivate(value)) throw new ERR_INVALID_THIS('URL');
}

for (const name of [...kShown, 'toString', 'toJSON']) {
  ObjectDefineProperty(URL.prototype, name, { __proto__: null, enumerable: true });
}
ObjectDefineProperty(URL.prototype, SymbolToStringTag, { __proto__: null, configurable: true, value: 'URL' });
for (const name of ['canParse', 'createObjectURL', 'parse', 'revokeObjectURL']) {
  ObjectDefineProperty(URL, name, { __proto__: null, configurable: true, writable: true, enumerable: true });
}

// Anything shaped as a URL, be it of another realm or library.
function isURL(self) {
  return Boolean(self?.href && self.protocol && self.auth === undefined && self.path === undefined);
}

function checkFileUrl(url) {
  if (typeof url === 'string') url = new URL(url);
  else if (!isURL(url)) throw new ERR_INVALID_ARG_TYPE('path', ['string', 'URL'], url);
  if (url.protocol !== 'file:') throw new ERR_INVALID_URL_SCHEME('file');
  return url;
}

// Options as of node:url: {windows}.
function fileURLToPath(url, options = undefined) {
  const windows = options?.windows ?? process.platform === 'win32';
  url = checkFileUrl(url);
  return windows ? windowsPath(url) : posixPath(url);
}

function posixPath(url) {
  if (url.hostname !== '') throw new ERR_INVALID_FILE_URL_HOST(process.platform);
  const { pathname } = url;
  if (/%2f/i.test(pathname)) throw new ERR_INVALID_FILE_URL_PATH('must not include encoded / characters', url);
  return pathname.includes('%') ? decodeURIComponent(pathname) : pathname;
}

function windowsPath(url) {
  let { pathname } = url;
  if (/%2f|%5c/i.test(pathname)) throw new ERR_INVALID_FILE_URL_PATH('must not include encoded \\ or / characters', url);
  pathname = decodeURIComponent(pathname.replaceAll('/', '\\'));
  if (url.hostname !== '') return `\\\\${binding.domainToUnicode(url.hostname)}${pathname}`;
  if (!/^\\[a-z]:/i.test(pathname)) throw new ERR_INVALID_FILE_URL_PATH('must be absolute', url);
  return pathname.slice(1);
}

// The path's bytes, that need be no UTF-8.
function fileURLToPathBuffer(url, options = undefined) {
  const windows = options?.windows ?? process.platform === 'win32';
  url = checkFileUrl(url);
  if (windows) return Buffer.from(windowsPath(url));
  if (url.hostname !== '') throw new ERR_INVALID_FILE_URL_HOST(process.platform);
  const { pathname } = url;
  if (/%2f/i.test(pathname)) throw new ERR_INVALID_FILE_URL_PATH('must not include encoded / characters', url);
  const parts = [];
  for (const [part] of pathname.matchAll(/(?:%[0-9a-f]{2})+|[^%]+|%/gi)) {
    parts.push(part.length > 1 && part[0] === '%' ? Buffer.from(part.replaceAll('%', ''), 'hex') : Buffer.from(part));
  }
  return Buffer.concat(parts);
}

function pathToFileURL(filepath, options = undefined) {
  validateString(filepath, 'path');
  if (options?.windows ?? process.platform === 'win32') return windowsFileURL(filepath);
  let resolved = path.posix.resolve(filepath);
  // resolve() takes a trailing slash away.
  const last = filepath.charCodeAt(filepath.length - 1);
  if (last === 47 && resolved[resolved.length - 1] !== '/') resolved += '/';
  return fromHref(binding.pathToFileURL(resolved));
}

function windowsFileURL(filepath) {
  const unc = filepath.startsWith('\\\\');
  let resolved = unc ? filepath : path.win32.resolve(filepath);
  if (unc || resolved.startsWith('\\\\')) {
    const withoutPrefix = resolved.startsWith('\\\\?\\UNC\\') ? `\\\\${resolved.slice(8)}` : resolved;
    const hostEnd = withoutPrefix.indexOf('\\', 2);
    if (hostEnd === -1) throw new ERR_INVALID_ARG_VALUE('path', resolved, 'Missing UNC resource path');
    if (hostEnd === 2) throw new ERR_INVALID_ARG_VALUE('path', resolved, 'Empty UNC servername');
    const url = new URL('file://');
    url.hostname = withoutPrefix.slice(2, hostEnd);
    url.pathname = escapePath(withoutPrefix.slice(hostEnd).replaceAll('\\', '/'));
    return url;
  }
  const last = filepath[filepath.length - 1];
  if ((last === '/' || last === '\\') && !resolved.endsWith('\\')) resolved += '\\';
  const url = new URL('file://');
  url.pathname = escapePath(resolved.replaceAll('\\', '/'));
  return url;
}

function escapePath(text) {
  return text.replace(/[%\n\r\t?#]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`);
}

function toPathIfFileURL(value) {
  return isURL(value) ? fileURLToPath(value) : value;
}

// A URL as the options of http.request().
function urlToHttpOptions(url) {
  const { hostname, pathname, port, username, password, search } = url;
  const options = {
    __proto__: null,
    ...url, // what a program added
    protocol: url.protocol,
    hostname: hostname?.[0] === '[' ? hostname.slice(1, -1) : hostname,
    hash: url.hash,
    search,
    pathname,
    path: `${pathname || ''}${search || ''}`,
    href: url.href,
  };
  if (port !== '') options.port = Number(port);
  if (username || password) options.auth = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return options;
}

function domainToASCII(domain) {
  if (arguments.length < 1) throw new ERR_MISSING_ARGS('domain');
  return binding.domainToASCII(`${domain}`);
}
function domainToUnicode(domain) {
  if (arguments.length < 1) throw new ERR_MISSING_ARGS('domain');
  return binding.domainToUnicode(`${domain}`);
}

module.exports = {
  URL, URLSearchParams, URLParse: URL.parse, domainToASCII, domainToUnicode, fileURLToPath, fileURLToPathBuffer, isURL,
  isURLSearchParams, pathToFileURL, toPathIfFileURL, urlToHttpOptions,
};
