'use strict';

// What both flavours of node:path share.

const { validateObject, validateString } = require('internal/validators');

// The segments of `path` (from `start` on, split where `isSeparator`) with `.` and `..` resolved, joined by `separator`.
// `allowAboveRoot` keeps leading `..`.
function normalizeSegments(path, start, allowAboveRoot, separator, isSeparator) {
  let out = '';
  let depth = 0;  // segments in `out` that a `..` may take away
  const { length } = path;
  let from = start;
  for (let i = start; i <= length; i++) {
    if (i < length && !isSeparator(path.charCodeAt(i))) continue;
    const size = i - from;
    if (size === 0 || (size === 1 && path.charCodeAt(from) === 46)) {
      // nothing, or `.`
    } else if (size === 2 && path.charCodeAt(from) === 46 && path.charCodeAt(from + 1) === 46) {
      if (depth > 0) {
        const last = out.lastIndexOf(separator);
        out = last === -1 ? '' : out.slice(0, last);
        depth--;
      } else if (allowAboveRoot) {
        out = out === '' ? '..' : `${out}${separator}..`;
      }
    } else {
      const segment = path.slice(from, i);
      out = out === '' ? segment : `${out}${separator}${segment}`;
      depth++;
    }
    from = i + 1;
  }
  return out;
}

// basename: the last segment from `start` on, without `suffix`.
function lastSegment(path, suffix, start, isSeparator) {
  if (suffix !== undefined) validateString(suffix, 'suffix');
  let end = path.length;
  while (end > start && isSeparator(path.charCodeAt(end - 1))) end--;
  let begin = end;
  while (begin > start && !isSeparator(path.charCodeAt(begin - 1))) begin--;
  if (suffix !== undefined && suffix.length > 0 && suffix.length <= path.length) {
    // A path that is the suffix has no name left.
    if (suffix === path) return '';
    if (suffix.length < end - begin && path.endsWith(suffix, end)) end -= suffix.length;
  }
  return path.slice(begin, end);
}

// The extension of the segment [begin, end): from its last dot on, none when that is its first character or ends `..`.
function extensionOf(path, begin, end) {
  const dot = path.lastIndexOf('.', end - 1);
  if (dot <= begin || (dot === begin + 1 && end === begin + 2 && path.charCodeAt(begin) === 46)) return '';
  return path.slice(dot, end);
}

function formatPath(separator, pathObject) {
  validateObject(pathObject, 'pathObject');
  const dir = pathObject.dir || pathObject.root;
  const extension = pathObject.ext ? `${pathObject.ext[0] === '.' ? '' : '.'}${pathObject.ext}` : '';
  const base = pathObject.base || `${pathObject.name || ''}${extension}`;
  if (!dir) return base;
  return dir === pathObject.root ? `${dir}${base}` : `${dir}${separator}${base}`;
}

module.exports = { extensionOf, formatPath, lastSegment, normalizeSegments };
