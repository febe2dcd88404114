'use strict';

const { validateString } = require('internal/validators');
const { extensionOf, formatPath, lastSegment, normalizeSegments } = require('internal/path/common');

const kSlash = 47;
const isSlash = (code) => code === kSlash;

function resolve(...args) {
  let path = '';
  let isAbsolutePath = false;
  for (let i = args.length - 1; i >= 0 && !isAbsolutePath; i--) {
    const part = args[i];
    validateString(part, `paths[${i}]`);
    if (part.length === 0) continue;
    path = path === '' ? part : `${part}/${path}`;
    isAbsolutePath = part.charCodeAt(0) === kSlash;
  }
  if (!isAbsolutePath) {
    const cwd = process.cwd();
    path = path === '' ? cwd : `${cwd}/${path}`;
    isAbsolutePath = cwd.charCodeAt(0) === kSlash;
  }
  const normal = normalizeSegments(path, 0, !isAbsolutePath, '/', isSlash);
  if (isAbsolutePath) return `/${normal}`;
  return normal.length > 0 ? normal : '.';
}

function normalize(path) {
  validateString(path, 'path');
  if (path.length === 0) return '.';
  const absolute = path.charCodeAt(0) === kSlash;
  const trailing = path.charCodeAt(path.length - 1) === kSlash;
  let normal = normalizeSegments(path, 0, !absolute, '/', isSlash);
  if (normal.length === 0) {
    if (absolute) return '/';
    return trailing ? './' : '.';
  }
  if (trailing) normal += '/';
  return absolute ? `/${normal}` : normal;
}

function isAbsolute(path) {
  validateString(path, 'path');
  return path.length > 0 && path.charCodeAt(0) === kSlash;
}

function join(...args) {
  let joined;
  for (let i = 0; i < args.length; i++) {
    const part = args[i];
    validateString(part, 'path');
    if (part.length > 0) joined = joined === undefined ? part : `${joined}/${part}`;
  }
  return joined === undefined ? '.' : normalize(joined);
}

function relative(from, to) {
  validateString(from, 'from');
  validateString(to, 'to');
  if (from === to) return '';
  from = resolve(from);
  to = resolve(to);
  if (from === to) return '';
  const fromParts = from === '/' ? [] : from.slice(1).split('/');
  const toParts = to === '/' ? [] : to.slice(1).split('/');
  let shared = 0;
  while (shared < fromParts.length && shared < toParts.length && fromParts[shared] === toParts[shared]) shared++;
  const up = new Array(fromParts.length - shared).fill('..');
  return up.concat(toParts.slice(shared)).join('/');
}

function toNamespacedPath(path) {
  return path;  // there are no such paths here
}

function dirname(path) {
  validateString(path, 'path');
  if (path.length === 0) return '.';
  let end = path.length;
  while (end > 1 && path.charCodeAt(end - 1) === kSlash) end--;
  const slash = path.lastIndexOf('/', end - 1);
  if (slash === -1) return '.';
  if (slash === 0) return '/';
  end = slash;
  // `//a` lies in `//`, as POSIX gives two leading slashes a meaning of their own.
  if (end === 1 && path.charCodeAt(0) === kSlash) return '//';
  return path.slice(0, end);
}

function basename(path, suffix) {
  validateString(path, 'path');
  return lastSegment(path, suffix, 0, isSlash);
}

function extname(path) {
  validateString(path, 'path');
  let end = path.length;
  while (end > 0 && path.charCodeAt(end - 1) === kSlash) end--;
  return extensionOf(path, path.lastIndexOf('/', end - 1) + 1, end);
}

function parse(path) {
  validateString(path, 'path');
  const result = { root: '', dir: '', base: '', ext: '', name: '' };
  if (path.length === 0) return result;
  const root = path.charCodeAt(0) === kSlash ? '/' : '';
  result.root = root;
  let end = path.length;
  while (end > root.length && path.charCodeAt(end - 1) === kSlash) end--;
  let begin = end;
  while (begin > root.length && path.charCodeAt(begin - 1) !== kSlash) begin--;
  result.base = path.slice(begin, end);
  result.ext = extensionOf(path, begin, end);
  result.name = result.base.slice(0, result.base.length - result.ext.length);
  if (begin > root.length) result.dir = path.slice(0, begin - 1);
  else result.dir = root;
  return result;
}

function format(pathObject) {
  return formatPath('/', pathObject);
}

function matchesGlob(path, pattern) {
  return require('internal/fs/glob').matchGlobPattern(path, pattern, false);
}

module.exports = {
  resolve, normalize, isAbsolute, join, relative, toNamespacedPath, dirname, basename, extname, format, parse, matchesGlob,
  sep: '/',
  delimiter: ':',
  win32: null,
  posix: null,
  _makeLong: toNamespacedPath,
};
