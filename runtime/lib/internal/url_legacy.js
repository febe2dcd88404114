'use strict';

// The URL parser from before the WHATWG standard: url.parse(), url.resolve(), url.format() of its objects.

const { validateString } = require('internal/validators');
const querystring = require('querystring');

// Schemes whose URLs have `//` and a host, and those whose rest is no path.
const kSlashed = new Set(['http', 'https', 'ftp', 'gopher', 'file', 'ws', 'wss']);
const kOpaque = new Set(['javascript']);
const slashed = (protocol) => kSlashed.has(protocol.replace(/:$/, ''));

function Url() {
  this.protocol = null;
  this.slashes = null;
  this.auth = null;
  this.host = null;
  this.port = null;
  this.hostname = null;
  this.hash = null;
  this.search = null;
  this.query = null;
  this.pathname = null;
  this.path = null;
  this.href = null;
}

let warned = false;
function parse(url, parseQueryString, slashesDenoteHost) {
  if (!warned && require('internal/options').getOptionValue('--pending-deprecation')) {
    warned = true;
    process.emitWarning('`url.parse()` behavior is not standardized and prone to errors that have security ' +
      'implications. Use the WHATWG URL API instead. CVEs are not issued for `url.parse()` vulnerabilities.',
    'DeprecationWarning', 'DEP0169');
  }
  if (url instanceof Url) return url;
  const object = new Url();
  object.parse(url, parseQueryString, slashesDenoteHost);
  return object;
}

function invalidUrl(url) {
  const error = new TypeError('Invalid URL');
  error.code = 'ERR_INVALID_URL';
  error.input = url;
  return error;
}

// Characters that are escaped wherever they stand, and those that a host cannot hold.
const kEscaped = /[\t\n\r "'<>\\^`{|}]/g;
const kForbidden = /[\0\t\n\r #%/:<>?@[\\\]^|]/;
function escape(text) {
  return text.replace(kEscaped, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`);
}

Url.prototype.parse = function(url, parseQueryString, slashesDenoteHost) {
  validateString(url, 'url');
  // Backslashes are slashes before the query, as browsers have it.
  let rest = url.replace(/^[\s\uFEFF\u00A0]+|[\s\uFEFF\u00A0]+$/g, '');
  const queryAt = rest.search(/[?#]/);
  const head = queryAt === -1 ? rest : rest.slice(0, queryAt);
  rest = (/^javascript:/i.test(head) ? head : head.replaceAll('\\', '/')) + (queryAt === -1 ? '' : rest.slice(queryAt));

  if (!slashesDenoteHost && !/[#@]/.test(rest)) {
    // A plain path is common.
    const simple = /^(\/\/?(?!\/)[^?\s]*)(\?\S*)?$/.exec(rest);
    if (simple && !simple[1].includes('\\')) {
      this.path = rest;
      this.href = rest;
      this.pathname = simple[1];
      if (simple[2]) {
        this.search = simple[2];
        this.query = parseQueryString ? querystring.parse(simple[2].slice(1)) : simple[2].slice(1);
      } else if (parseQueryString) {
        this.search = null;
        this.query = { __proto__: null };
      }
      return this;
    }
  }

  const protocol = /^[a-z0-9.+-]+:/i.exec(rest)?.[0];
  let lower = null;
  if (protocol) {
    lower = protocol.toLowerCase();
    this.protocol = lower;
    rest = rest.slice(protocol.length);
  }
  let slashes;
  if (slashesDenoteHost || protocol || /^\/\/[^@/]+@[^@/]+/.test(rest)) {
    slashes = rest.startsWith('//');
    if (slashes && !(lower && kOpaque.has(lower.slice(0, -1)))) {
      rest = rest.slice(2);
      this.slashes = true;
    }
  }
  if (!(lower && kOpaque.has(lower.slice(0, -1))) && (slashes || (lower && !slashed(lower)))) {
    rest = this._parseAuthority(rest, url);
  }

  if (!(lower && kOpaque.has(lower.slice(0, -1)))) rest = escape(rest);
  const hashAt = rest.indexOf('#');
  if (hashAt !== -1) {
    this.hash = rest.slice(hashAt);
    rest = rest.slice(0, hashAt);
  }
  const searchAt = rest.indexOf('?');
  if (searchAt !== -1) {
    this.search = rest.slice(searchAt);
    this.query = rest.slice(searchAt + 1);
    if (parseQueryString) this.query = querystring.parse(this.query);
    rest = rest.slice(0, searchAt);
  } else if (parseQueryString) {
    this.search = null;
    this.query = { __proto__: null };
  }
  if (rest) this.pathname = rest;
  if (lower && slashed(lower) && this.hostname && !this.pathname) this.pathname = '/';
  if (this.pathname || this.search) this.path = (this.pathname || '') + (this.search || '');
  this.href = this.format();
  return this;
};

// Takes user, host and port off the front of `rest`; returns what follows.
Url.prototype._parseAuthority = function(rest, url) {
  let end = rest.search(/[/?#]/);
  if (end === -1) end = rest.length;
  // The last @ before the path ends the user: 'a@b@c' is user 'a@b'.
  const at = rest.lastIndexOf('@', end - 1);
  let start = 0;
  if (at !== -1 && at < end) {
    this.auth = decodeURIComponent(rest.slice(0, at));
    start = at + 1;
  }
  // Whatever no host can hold ends it.
  const stop = rest.slice(start, end).search(/[\t\n\r "%'<>\\^`{|}; ]/);
  const hostEnd = stop === -1 ? end : start + stop;
  this.host = rest.slice(start, hostEnd);
  const port = /:(\d*)$/.exec(this.host);
  this.hostname = this.host;
  if (port) {
    if (port[1] !== '') this.port = port[1];
    this.hostname = this.host.slice(0, -port[0].length);
  }
  rest = rest.slice(hostEnd);
  const ipv6 = this.hostname.startsWith('[') && this.hostname.endsWith(']');
  if (!ipv6) {
    const bad = /[^a-z0-9.\-_+\u0080-\uffff*]/i.exec(this.hostname);
    if (bad) {
      if (/[:[\]@]/.test(bad[0]) || bad[0] === '\0') throw invalidUrl(url);
      rest = '/' + this.hostname.slice(bad.index) + rest;
      this.hostname = this.hostname.slice(0, bad.index);
    }
  }
  if (this.hostname.length > 255) this.hostname = '';
  else this.hostname = this.hostname.toLowerCase();
  if (this.hostname !== '') {
    if (ipv6) {
      if (/[\0\t\n\r #%/<>?@\\^|]/.test(this.hostname)) throw invalidUrl(url);
    } else {
      const ascii = internalBinding('url').toASCII(this.hostname);
      if (ascii === '' || kForbidden.test(ascii)) throw invalidUrl(url);
      this.hostname = ascii;
    }
  }
  this.host = `${this.hostname || ''}${this.port ? `:${this.port}` : ''}`;
  if (ipv6) {
    this.hostname = this.hostname.slice(1, -1);
    if (rest[0] !== '/') rest = `/${rest}`;
  }
  return rest;
};

Url.prototype.format = function() {
  let auth = this.auth || '';
  if (auth) auth = `${encodeURIComponent(auth).replace(/%3A/i, ':')}@`;
  let protocol = this.protocol || '';
  let pathname = this.pathname || '';
  let hash = this.hash || '';
  let host = '';
  let query = '';
  if (this.host) {
    host = auth + this.host;
  } else if (this.hostname) {
    host = auth + (this.hostname.includes(':') && !this.hostname.startsWith('[') ? `[${this.hostname}]` : this.hostname);
    if (this.port) host += `:${this.port}`;
  }
  if (this.query !== null && typeof this.query === 'object') query = querystring.stringify(this.query);
  let search = this.search || (query && `?${query}`) || '';
  if (protocol && !protocol.endsWith(':')) protocol += ':';
  pathname = pathname.replace(/[?#]/g, (c) => (c === '?' ? '%3F' : '%23'));
  if (this.slashes || !protocol || slashed(protocol)) {
    if (this.slashes || host) {
      if (pathname && pathname[0] !== '/') pathname = `/${pathname}`;
      host = `//${host}`;
    } else if (protocol === 'file:') {
      host = '//';
    } else if (protocol && slashed(protocol) && this.slashes !== false && this.slashes !== null) {
      host = '//';
    }
  }
  search = search.replaceAll('#', '%23');
  if (hash && hash[0] !== '#') hash = `#${hash}`;
  if (search && search[0] !== '?') search = `?${search}`;
  return protocol + host + pathname + search + hash;
};

function resolve(source, relative) {
  return parse(source, false, true).resolve(relative);
}
Url.prototype.resolve = function(relative) {
  return this.resolveObject(parse(relative, false, true)).format();
};
function resolveObject(source, relative) {
  if (!source) return relative;
  return parse(source, false, true).resolveObject(relative);
}

// RFC 3986, section 5.2, with what the parser above leaves of either URL.
Url.prototype.resolveObject = function(relative) {
  if (typeof relative === 'string') {
    const object = new Url();
    object.parse(relative, false, true);
    relative = object;
  }
  const result = Object.assign(new Url(), this);
  // The hash is always that of the reference.
  result.hash = relative.hash;
  if (relative.href === '') {
    result.href = result.format();
    return result;
  }
  if (relative.slashes && !relative.protocol) {
    // `//host/path` keeps the scheme alone.
    for (const key of Object.keys(relative)) if (key !== 'protocol') result[key] = relative[key];
    if (result.protocol && slashed(result.protocol) && result.hostname && !result.pathname) {
      result.path = result.pathname = '/';
    }
    result.href = result.format();
    return result;
  }
  if (relative.protocol && relative.protocol !== result.protocol) {
    if (!slashed(relative.protocol)) {
      Object.assign(result, relative);
      result.href = result.format();
      return result;
    }
    result.protocol = relative.protocol;
    if (!relative.host && !/^file:?$/.test(relative.protocol)) {
      // `http:path/x` to another scheme: the first part of the path is the host.
      const parts = (relative.pathname || '').split('/');
      while (parts.length && !(relative.host = parts.shift()));
      relative.host ||= '';
      relative.hostname ||= '';
      if (parts[0] !== '') parts.unshift('');
      if (parts.length < 2) parts.unshift('');
      result.pathname = parts.join('/');
    } else {
      result.pathname = relative.pathname;
    }
    result.search = relative.search;
    result.query = relative.query;
    result.host = relative.host || '';
    result.auth = relative.auth;
    result.hostname = relative.hostname || relative.host;
    result.port = relative.port;
    if (result.pathname || result.search) result.path = (result.pathname || '') + (result.search || '');
    result.slashes ||= relative.slashes;
    result.href = result.format();
    return result;
  }

  const sourceAbs = result.pathname && result.pathname[0] === '/';
  const relAbs = relative.host || (relative.pathname && relative.pathname[0] === '/');
  let mustEndAbs = relAbs || sourceAbs || (result.host && relative.pathname);
  const removeAllDots = mustEndAbs;
  let srcPath = result.pathname ? result.pathname.split('/') : [];
  const relPath = relative.pathname ? relative.pathname.split('/') : [];
  const opaque = result.protocol && !slashed(result.protocol);
  if (opaque) {
    // Without `//` the host is the first part of the path.
    result.hostname = '';
    result.port = null;
    if (result.host) {
      if (srcPath[0] === '') srcPath[0] = result.host;
      else srcPath.unshift(result.host);
    }
    result.host = '';
    if (relative.protocol) {
      relative.hostname = null;
      relative.port = null;
      result.auth = null;
      if (relative.host) {
        if (relPath[0] === '') relPath[0] = relative.host;
        else relPath.unshift(relative.host);
      }
      relative.host = null;
    }
    mustEndAbs &&= relPath[0] === '' || srcPath[0] === '';
  }
  if (relAbs) {
    if (relative.host || relative.host === '') {
      if (result.host !== relative.host) result.auth = null;
      result.host = relative.host;
      result.port = relative.port;
    }
    if (relative.hostname || relative.hostname === '') {
      if (result.hostname !== relative.hostname) result.auth = null;
      result.hostname = relative.hostname;
    }
    result.search = relative.search;
    result.query = relative.query;
    srcPath = relPath;
  } else if (relPath.length) {
    srcPath.pop();
    srcPath = srcPath.concat(relPath);
    result.search = relative.search;
    result.query = relative.query;
  } else if (relative.search !== null && relative.search !== undefined) {
    if (opaque) takeHost(result, srcPath);
    result.search = relative.search;
    result.query = relative.query;
    if (result.pathname !== null || result.search !== null) result.path = (result.pathname || '') + (result.search || '');
    result.href = result.format();
    return result;
  }
  if (!srcPath.length) {
    result.pathname = null;
    result.path = result.search ? `/${result.search}` : null;
    result.href = result.format();
    return result;
  }
  let last = srcPath[srcPath.length - 1];
  const trailingSlash = ((result.host || relative.host || srcPath.length > 1) && (last === '.' || last === '..')) || last === '';
  let up = 0;
  for (let i = srcPath.length - 1; i >= 0; i--) {
    last = srcPath[i];
    if (last === '.') {
      srcPath.splice(i, 1);
    } else if (last === '..') {
      srcPath.splice(i, 1);
      up++;
    } else if (up) {
      srcPath.splice(i, 1);
      up--;
    }
  }
  if (!mustEndAbs && !removeAllDots) while (up--) srcPath.unshift('..');
  if (mustEndAbs && srcPath[0] !== '' && (!srcPath[0] || srcPath[0][0] !== '/')) srcPath.unshift('');
  if (trailingSlash && !srcPath.join('/').endsWith('/')) srcPath.push('');
  const isAbsolute = srcPath[0] === '' || (srcPath[0] && srcPath[0][0] === '/');
  if (opaque) {
    result.hostname = isAbsolute ? '' : srcPath.length ? srcPath.shift() : '';
    result.host = result.hostname;
    splitAuth(result);
  }
  mustEndAbs ||= result.host && srcPath.length;
  if (mustEndAbs && !isAbsolute) srcPath.unshift('');
  if (!srcPath.length) {
    result.pathname = null;
    result.path = null;
  } else {
    result.pathname = srcPath.join('/');
  }
  if (result.pathname !== null || result.search !== null) result.path = (result.pathname || '') + (result.search || '');
  result.auth = relative.auth || result.auth;
  result.slashes ||= relative.slashes;
  result.href = result.format();
  return result;
};

function takeHost(result, path) {
  result.hostname = result.host = path.shift();
  splitAuth(result);
}
function splitAuth(result) {
  const at = result.host?.indexOf('@') ?? -1;
  if (at > 0) {
    result.auth = result.host.slice(0, at);
    result.host = result.hostname = result.host.slice(at + 1);
  }
}

module.exports = { Url, parse, resolve, resolveObject };
