'use strict';

// The source maps of what was loaded while they are on, and the stack traces that they improve.

const { ArrayPrototypeJoin, SafeMap, ErrorPrototypeToString } = primordials;
const binding = internalBinding('modules');

let support = Object.freeze({ __proto__: null, enabled: false, nodeModules: false, generatedCode: false });
const cache = new SafeMap(); // file URL or name -> {url, source lines' lengths, payload, map}

function getSourceMapsSupport() { return support; }

// module.setSourceMapsSupport()
function setSourceMapsSupport(enabled, options = { __proto__: null }) {
  const { validateBoolean, validateObject } = require('internal/validators');
  validateBoolean(enabled, 'enabled');
  validateObject(options, 'options');
  const { nodeModules = false, generatedCode = false } = options;
  validateBoolean(nodeModules, 'options.nodeModules');
  validateBoolean(generatedCode, 'options.generatedCode');
  setSupport(enabled, nodeModules, generatedCode);
}
function setSupport(enabled, nodeModules, generatedCode) {
  support = Object.freeze({ __proto__: null, enabled, nodeModules, generatedCode });
  const { defaultPrepareStackTrace, setInternalPrepareStackTrace } = require('internal/errors');
  setInternalPrepareStackTrace(enabled ? prepareStackTraceWithMaps : defaultPrepareStackTrace);
}

function keyOf(filename) {
  return filename[0] === '/' ? binding.pathToFileUrl(filename) : filename;
}

// Remembers the map that `content`, compiled under the name `filename`, names in its last comment.
function maybeCacheSourceMap(filename, content, module, isGenerated, sourceURL, sourceMapURL) {
  if (!support.enabled) return;
  if (!support.nodeModules && /[\\/]node_modules[\\/]/.test(filename)) return;
  const url = sourceMapURL ?? /\/[*/]#\s+sourceMappingURL=(\S+)(?![\s\S]*sourceMappingURL)/.exec(content)?.[1];
  if (url === undefined || url === null) return;
  const key = keyOf(filename);
  const payload = readPayload(key, `${url}`);
  const entry = {
    lineLengths: content.replace(/\n$/, '').split('\n').map((line) => line.length),
    payload,
    url,
    map: undefined,
  };
  cache.set(key, entry);
  if (sourceURL !== undefined) cache.set(keyOf(sourceURL), entry);
}

// The parsed map; null when it cannot be read.
function readPayload(key, url) {
  try {
    if (url.startsWith('data:')) {
      const match = /^data:application\/json[^,]*?(;base64)?,(.*)$/s.exec(url);
      if (match === null) return null;
      const text = match[1] ? require('buffer').Buffer.from(match[2], 'base64').toString() : decodeURIComponent(match[2]);
      return toAbsolute(key, JSON.parse(text));
    }
    const mapUrl = new URL(url, key);
    if (mapUrl.protocol !== 'file:') return null;
    const path = binding.fileUrlToPath(mapUrl.href);
    return toAbsolute(mapUrl.href, JSON.parse(require('fs').readFileSync(path, 'utf8')));
  } catch {
    return null;
  }
}

// Sources relative to the map become URLs.
function toAbsolute(base, payload) {
  const root = payload.sourceRoot ?? '';
  payload.sources = payload.sources?.map((source) => {
    try {
      return new URL(root + source, base).href;
    } catch {
      return source;
    }
  });
  delete payload.sourceRoot;
  return payload;
}

function findSourceMap(sourceURL) {
  if (typeof sourceURL !== 'string' || sourceURL === '') return undefined;
  const entry = cache.get(keyOf(sourceURL)) ?? cache.get(sourceURL);
  if (entry === undefined || entry.payload === null) return undefined;
  if (entry.map === undefined) {
    const { SourceMap } = require('internal/source_map/source_map');
    entry.map = new SourceMap(entry.payload, { lineLengths: entry.lineLengths });
  }
  return entry.map;
}

// --- Stacks -----------------------------------------------------------------------------------------------------------

function prepareStackTraceWithMaps(globalThis, error, trace) {
  const { kIsNodeError } = require('internal/errors');
  let header;
  try {
    header = kIsNodeError in error ? `${error.name} [${error.code}]: ${error.message}` : ErrorPrototypeToString(error);
  } catch {
    header = 'Error';
  }
  if (trace.length === 0) return header;
  const lines = [];
  let lastSource;
  for (let i = 0; i < trace.length; i++) {
    const site = trace[i];
    let text = `${site}`;
    try {
      const file = site.getFileName() ?? site.getEvalOrigin?.();
      const map = file === lastSource?.file ? lastSource.map : findSourceMap(file);
      lastSource = { file, map };
      if (map !== undefined) {
        const mapped = describeMapped(site, map, trace[i + 1]);
        if (mapped !== undefined) text = mapped;
      }
    } catch {
      // The call site as V8 writes it.
    }
    lines.push(text);
  }
  return `${header}\n    at ${ArrayPrototypeJoin(lines, '\n    at ')}`;
}

// "name (file:line:column)" of the original, or undefined when the map does not know the place.
function describeMapped(site, map, caller) {
  const { originalLine, originalColumn, originalSource } =
    map.findEntry(site.getLineNumber() - 1, site.getColumnNumber() - 1);
  if (originalSource === undefined || originalLine === undefined || originalColumn === undefined) return undefined;
  const name = originalName(map, caller);
  const shown = originalSource.startsWith('file://') ? binding.fileUrlToPath(originalSource) ?? originalSource : originalSource;
  const place = `${shown}:${originalLine + 1}:${originalColumn + 1}`;
  const fileName = site.getFileName();
  const ownName = `${site}`;
  // V8's text with the place replaced keeps "async ", "new " and the like.
  const generated = `${fileName}:${site.getLineNumber()}:${site.getColumnNumber()}`;
  let text = ownName.replace(generated, () => place);
  if (name !== undefined && name !== '') {
    const own = site.getFunctionName();
    if (own !== null && own !== undefined && own !== name) {
      text = text.replace(own, () => name);
    }
  }
  return text;
}

// What the function was called in the original: the name at the place that calls it.
function originalName(map, caller) {
  if (caller === undefined || caller === null) return undefined;
  try {
    const callerMap = findSourceMap(caller.getFileName());
    if (callerMap !== map) return undefined;
    return map.findEntry(caller.getLineNumber() - 1, caller.getColumnNumber() - 1).name;
  } catch {
    return undefined;
  }
}

// The original source line of the place where `error` was thrown, as an arrow; undefined when no map knows it.
function originalArrow(file, line, column) {
  const map = findSourceMap(file);
  if (map === undefined) return undefined;
  const { originalLine, originalColumn, originalSource } = map.findEntry(line - 1, column);
  if (originalSource === undefined || originalLine === undefined) return undefined;
  const text = originalText(map.payload, originalSource)?.split(/\r?\n/)[originalLine];
  if (!text) return undefined;
  const shown = originalSource.startsWith('file://') ? binding.fileUrlToPath(originalSource) : originalSource;
  let prefix = '';
  for (const c of text.slice(0, originalColumn)) prefix += c === '\t' ? '\t' : ' ';
  return `${shown}:${originalLine + 1}\n${text}\n${prefix}^\n`;
}
function originalText(payload, source) {
  const index = payload.sources.indexOf(source);
  const content = payload.sourcesContent?.[index];
  if (typeof content === 'string') return content;
  if (!source.startsWith('file://')) return undefined;
  try {
    return require('fs').readFileSync(binding.fileUrlToPath(source), 'utf8');
  } catch {
    return undefined;
  }
}

module.exports = {
  findSourceMap, getSourceMapsSupport, maybeCacheSourceMap, originalArrow, setSourceMapsSupport, setSupport,
};
