'use strict';

const { validateString } = require('internal/validators');
const { extensionOf, formatPath, lastSegment, normalizeSegments } = require('internal/path/common');

const kColon = 58;
const kQuestion = 63;
const kDot = 46;
const isSeparator = (code) => code === 47 || code === 92;
const isDriveLetter = (code) => (code >= 65 && code <= 90) || (code >= 97 && code <= 122);

const kDeviceNames = new Set(['CON', 'PRN', 'AUX', 'NUL', 'COM1', 'COM2', 'COM3', 'COM4', 'COM5', 'COM6', 'COM7', 'COM8',
                              'COM9', 'LPT1', 'LPT2', 'LPT3', 'LPT4', 'LPT5', 'LPT6', 'LPT7', 'LPT8', 'LPT9',
                              'COM\xb9', 'COM\xb2', 'COM\xb3', 'LPT\xb9', 'LPT\xb2', 'LPT\xb3']);
function isReservedName(path, colon) {
  return kDeviceNames.has(path.slice(0, colon).toUpperCase());
}

// How a path begins: its device (`C:`, `\\server\share`), the length of its root, whether it is absolute, and whether
// it is a UNC path.
function rootOf(path) {
  const { length } = path;
  if (length === 0) return { device: '', end: 0, absolute: false, unc: false, whole: false };
  const first = path.charCodeAt(0);
  if (isSeparator(first)) {
    if (length > 1 && isSeparator(path.charCodeAt(1))) {
      let j = 2;
      let last = j;
      while (j < length && !isSeparator(path.charCodeAt(j))) j++;
      if (j < length && j !== last) {
        const server = path.slice(last, j);
        last = j;
        while (j < length && isSeparator(path.charCodeAt(j))) j++;
        if (j < length && j !== last) {
          last = j;
          while (j < length && !isSeparator(path.charCodeAt(j))) j++;
          if (j === length || j !== last) {
            if (server === '.' || server === '?') {
              // A device path: \\.\PHYSICALDRIVE0
              return { device: `\\\\${server}`, end: 4, absolute: true, unc: true, whole: false, isDevice: true };
            }
            return {
              device: `\\\\${server}\\${path.slice(last, j)}`, end: j, absolute: true, unc: true, whole: j === length,
            };
          }
        }
      }
    }
    return { device: '', end: 1, absolute: true, unc: false, whole: length === 1 };
  }
  if (isDriveLetter(first) && length > 1 && path.charCodeAt(1) === kColon) {
    const absolute = length > 2 && isSeparator(path.charCodeAt(2));
    return { device: path.slice(0, 2), end: absolute ? 3 : 2, absolute, unc: false, whole: false };
  }
  return { device: '', end: 0, absolute: false, unc: false, whole: false };
}

function resolve(...args) {
  let device = '';
  let tail = '';
  let absolute = false;
  for (let i = args.length - 1; i >= -1; i--) {
    let path;
    if (i >= 0) {
      path = args[i];
      validateString(path, `paths[${i}]`);
      if (path.length === 0) continue;
    } else if (device.length === 0) {
      path = process.cwd();
    } else {
      // Windows keeps a folder for each drive, in hidden variables.
      path = process.env[`=${device}`] || process.cwd();
      if (path === undefined || (path.slice(0, 2).toLowerCase() !== device.toLowerCase() && path.charCodeAt(2) === 92)) {
        path = `${device}\\`;
      }
    }
    const root = rootOf(path);
    if (root.device.length > 0) {
      if (device.length > 0) {
        if (root.device.toLowerCase() !== device.toLowerCase()) continue;
      } else {
        device = root.device;
      }
    }
    if (absolute) {
      if (device.length > 0) break;
    } else {
      tail = `${path.slice(root.end)}\\${tail}`;
      absolute = root.absolute;
      if (absolute && device.length > 0) break;
    }
  }
  tail = normalizeSegments(tail, 0, !absolute, '\\', isSeparator);
  return absolute ? `${device}\\${tail}` : `${device}${tail}` || '.';
}

function normalize(path) {
  validateString(path, 'path');
  const { length } = path;
  if (length === 0) return '.';
  if (length === 1) return path.charCodeAt(0) === 47 ? '\\' : path;
  const { device, end, absolute, unc, whole } = rootOf(path);
  if (unc && whole) return `${device}\\`;
  let tail = end < length ? normalizeSegments(path, end, !absolute, '\\', isSeparator) : '';
  if (tail.length === 0 && !absolute) tail = '.';
  if (tail.length > 0 && isSeparator(path.charCodeAt(length - 1))) tail += '\\';
  if (!absolute && device === '' && path.includes(':')) {
    // What was relative must not become a drive or a stream of one: `./C:/a` stays relative.
    if (tail.length >= 2 && isDriveLetter(tail.charCodeAt(0)) && tail.charCodeAt(1) === kColon) return `.\\${tail}`;
    let colon = path.indexOf(':');
    do {
      if (colon === length - 1 || isSeparator(path.charCodeAt(colon + 1))) return `.\\${tail}`;
    } while ((colon = path.indexOf(':', colon + 1)) !== -1);
  }
  const colon = path.indexOf(':');
  if (isReservedName(path, colon)) return `.\\${device}${tail}`;
  if (device === '') return absolute ? `\\${tail}` : tail;
  return absolute ? `${device}\\${tail}` : `${device}${tail}`;
}

function isAbsolute(path) {
  validateString(path, 'path');
  if (path.length === 0) return false;
  return isSeparator(path.charCodeAt(0)) ||
    (path.length > 2 && isDriveLetter(path.charCodeAt(0)) && path.charCodeAt(1) === kColon && isSeparator(path.charCodeAt(2)));
}

function join(...args) {
  let joined;
  let first;
  for (let i = 0; i < args.length; i++) {
    const part = args[i];
    validateString(part, 'path');
    if (part.length === 0) continue;
    if (joined === undefined) joined = first = part;
    else joined += `\\${part}`;
  }
  if (joined === undefined) return '.';
  // Two separators in front must come from the first part, or the result would be taken for a UNC path.
  let replace = true;
  let slashes = 0;
  if (isSeparator(first.charCodeAt(0))) {
    slashes++;
    if (first.length > 1 && isSeparator(first.charCodeAt(1))) {
      slashes++;
      if (first.length > 2) {
        if (isSeparator(first.charCodeAt(2))) slashes++;
        else replace = false;
      }
    }
  }
  if (replace) {
    while (slashes < joined.length && isSeparator(joined.charCodeAt(slashes))) slashes++;
    if (slashes >= 2) joined = `\\${joined.slice(slashes)}`;
  }
  // A reserved name followed by a colon would be a device; each segment is looked at.
  const segments = [];
  let segment = '';
  for (let i = 0; i < joined.length; i++) {
    if (joined[i] === '\\') {
      if (segment) segments.push(segment);
      segment = '';
      // Runs of separators are left to normalize().
      while (i + 1 < joined.length && joined[i + 1] === '\\') i++;
    } else {
      segment += joined[i];
    }
  }
  if (segment) segments.push(segment);
  const isReserved = segments.some((one) => {
    const colon = one.indexOf(':');
    return colon !== -1 && isReservedName(one, colon);
  });
  if (isReserved) return joined.replaceAll('/', '\\');
  return normalize(joined);
}

function relative(from, to) {
  validateString(from, 'from');
  validateString(to, 'to');
  if (from === to) return '';
  const fromFull = resolve(from);
  const toFull = resolve(to);
  if (fromFull === toFull) return '';
  const fromLow = fromFull.toLowerCase();
  const toLow = toFull.toLowerCase();
  if (fromLow === toLow) return '';
  const trim = (text, start) => {
    let begin = start;
    while (begin < text.length && text.charCodeAt(begin) === 92) begin++;
    let end = text.length;
    while (end - 1 > begin && text.charCodeAt(end - 1) === 92) end--;
    return { begin, end, length: end - begin };
  };
  const a = trim(fromFull, 0);
  const b = trim(toFull, 0);
  const shorter = Math.min(a.length, b.length);
  let lastSlash = -1;
  let i = 0;
  for (; i < shorter; i++) {
    const code = fromLow.charCodeAt(a.begin + i);
    if (code !== toLow.charCodeAt(b.begin + i)) break;
    if (code === 92) lastSlash = i;
  }
  if (i !== shorter) {
    if (lastSlash === -1) return toFull;
  } else {
    if (b.length > shorter) {
      if (toFull.charCodeAt(b.begin + i) === 92) return toFull.slice(b.begin + i + 1);
      if (i === 2) return toFull.slice(b.begin + i);
    }
    if (a.length > shorter) {
      if (fromFull.charCodeAt(a.begin + i) === 92) lastSlash = i;
      else if (i === 2) lastSlash = 3;
    }
    if (lastSlash === -1) lastSlash = 0;
  }
  let out = '';
  for (i = a.begin + lastSlash + 1; i <= a.end; i++) {
    if (i === a.end || fromFull.charCodeAt(i) === 92) out += out.length === 0 ? '..' : '\\..';
  }
  let start = b.begin + lastSlash;
  if (out.length > 0) return `${out}${toFull.slice(start, b.end)}`;
  if (toFull.charCodeAt(start) === 92) start++;
  return toFull.slice(start, b.end);
}

// \\?\-prefixed, so that Windows takes it as it is.
function toNamespacedPath(path) {
  if (typeof path !== 'string' || path.length === 0) return path;
  const full = resolve(path);
  if (full.length <= 2) return path;
  if (full.charCodeAt(0) === 92) {
    if (full.charCodeAt(1) === 92) {
      const code = full.charCodeAt(2);
      if (code !== kQuestion && code !== kDot) return `\\\\?\\UNC\\${full.slice(2)}`;
    }
  } else if (isDriveLetter(full.charCodeAt(0)) && full.charCodeAt(1) === kColon && full.charCodeAt(2) === 92) {
    return `\\\\?\\${full}`;
  }
  return full;
}

// The length of the root as dirname and parse see it, and whether the path is that root.
function rootLength(path) {
  const { length } = path;
  if (isSeparator(path.charCodeAt(0))) {
    let end = 1;
    if (length > 1 && isSeparator(path.charCodeAt(1))) {
      let j = 2;
      let last = j;
      while (j < length && !isSeparator(path.charCodeAt(j))) j++;
      if (j < length && j !== last) {
        last = j;
        while (j < length && isSeparator(path.charCodeAt(j))) j++;
        if (j < length && j !== last) {
          last = j;
          while (j < length && !isSeparator(path.charCodeAt(j))) j++;
          if (j === length) return { end: j, whole: true };
          if (j !== last) end = j + 1;
        }
      }
    }
    return { end, whole: false };
  }
  if (isDriveLetter(path.charCodeAt(0)) && length > 1 && path.charCodeAt(1) === kColon) {
    return { end: length > 2 && isSeparator(path.charCodeAt(2)) ? 3 : 2, whole: false };
  }
  return { end: 0, whole: false };
}

function dirname(path) {
  validateString(path, 'path');
  const { length } = path;
  if (length === 0) return '.';
  if (length === 1) return isSeparator(path.charCodeAt(0)) ? path : '.';
  const { end: root, whole } = rootLength(path);
  if (whole) return path;
  let end = length;
  while (end > root && isSeparator(path.charCodeAt(end - 1))) end--;
  while (end > root && !isSeparator(path.charCodeAt(end - 1))) end--;
  if (end <= root) return root === 0 ? '.' : path.slice(0, root);
  end--;
  return path.slice(0, Math.max(end, root)) || '.';
}

function basename(path, suffix) {
  validateString(path, 'path');
  const start = path.length >= 2 && isDriveLetter(path.charCodeAt(0)) && path.charCodeAt(1) === kColon ? 2 : 0;
  return lastSegment(path, suffix, start, isSeparator);
}

function extname(path) {
  validateString(path, 'path');
  const start = path.length >= 2 && path.charCodeAt(1) === kColon && isDriveLetter(path.charCodeAt(0)) ? 2 : 0;
  let end = path.length;
  while (end > start && isSeparator(path.charCodeAt(end - 1))) end--;
  let begin = end;
  while (begin > start && !isSeparator(path.charCodeAt(begin - 1))) begin--;
  return extensionOf(path, begin, end);
}

function parse(path) {
  validateString(path, 'path');
  const result = { root: '', dir: '', base: '', ext: '', name: '' };
  const { length } = path;
  if (length === 0) return result;
  if (length === 1) {
    if (isSeparator(path.charCodeAt(0))) result.root = result.dir = path;
    else result.base = result.name = path;
    return result;
  }
  const { end: root, whole } = rootLength(path);
  if (root > 0) result.root = path.slice(0, root);
  if (whole || root === length) {
    result.dir = result.root = path;
    return result;
  }
  let end = length;
  while (end > root && isSeparator(path.charCodeAt(end - 1))) end--;
  let begin = end;
  while (begin > root && !isSeparator(path.charCodeAt(begin - 1))) begin--;
  result.base = path.slice(begin, end);
  result.ext = extensionOf(path, begin, end);
  result.name = result.base.slice(0, result.base.length - result.ext.length);
  result.dir = begin > root ? path.slice(0, begin - 1) : result.root;
  return result;
}

function format(pathObject) {
  return formatPath('\\', pathObject);
}

function matchesGlob(path, pattern) {
  return require('internal/fs/glob').matchGlobPattern(path, pattern, true);
}

module.exports = {
  resolve, normalize, isAbsolute, join, relative, toNamespacedPath, dirname, basename, extname, format, parse, matchesGlob,
  sep: '\\',
  delimiter: ';',
  win32: null,
  posix: null,
  _makeLong: toNamespacedPath,
};
