'use strict';

// Small pure helpers of the test runner: patterns of names, seeded shuffling, positions in source.

const {
  codes: { ERR_INVALID_ARG_VALUE, ERR_TEST_FAILURE }, overrideStackTrace, prepareStackTraceCallback,
} = require('internal/errors');

const kMaxRandomSeed = 4294967295;

// A pattern as it is written on the command line: /source/flags, or the source alone.
function convertStringToRegExp(text, name) {
  const literal = /^\/(.*)\/([a-z]*)$/s.exec(text);
  const source = literal?.[1] ?? text;
  const flags = literal?.[2] ?? '';
  try {
    return new RegExp(source, flags);
  } catch (error) {
    const reason = error?.message ?? error;
    const what = reason.replace(/^Invalid regular expression: /, '');
    throw new ERR_INVALID_ARG_VALUE(name, text, `is an invalid regular expression. ${what}`);
  }
}

// A generator of numbers in [0, 1) that is the same for the same seed: 32 bits of state, a golden-ratio step and a
// multiply-and-shift mix ("mulberry32", public domain).
function createSeededGenerator(seed) {
  let state = seed >>> 0;
  return function random() {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

function createRandomSeed() {
  return Math.floor(Math.random() * (kMaxRandomSeed + 1));
}

// Takes one at random out of `array`.
function draw(array, random) {
  return array.splice(Math.floor(random() * array.length), 1)[0];
}

// The elements in the order in which they are drawn.
function shuffle(array, random) {
  const left = [...array];
  const drawn = [];
  while (left.length > 0) drawn.push(draw(left, random));
  return drawn;
}

// Where the function that asks was called from: {line, column, file}, or undefined where there is no file (code of
// eval). `depth`: how many frames lie between this function and that place.
function callerLocation(depth = 1) {
  const site = internalBinding('util').getCallSites(depth + 1)[depth];
  if (site === undefined) return undefined;
  let { scriptName: file, lineNumber: line, column } = site;
  if (!file) return undefined;
  if (file.startsWith('node:')) return undefined;
  const { getSourceMapsSupport, findSourceMap } = require('internal/source_map/source_map_cache');
  const map = getSourceMapsSupport().enabled ? findSourceMap(file) : undefined;
  const origin = map?.findEntry(line - 1, column - 1);
  if (origin?.originalSource !== undefined) {
    file = origin.originalSource;
    line = origin.originalLine + 1;
    column = origin.originalColumn + 1;
  }
  if (file.startsWith('file:')) {
    try {
      file = require('internal/url').fileURLToPath(file);
    } catch {
      return undefined; // a source map may name anything
    }
  }
  return { __proto__: null, line, column, file };
}

// The failure that a test reports: `cause` is what was thrown, or a message. Frames of the runner itself tell a reader
// nothing, so the stack holds the program's alone.
function testFailure(cause, failureType) {
  const error = new ERR_TEST_FAILURE(cause, failureType);
  overrideStackTrace.set(error, (failure, trace) => prepareStackTraceCallback(globalThis, failure,
    trace.filter((site) => !/^node:(?:internal|test)\b/.test(site.getFileName()))));
  return error;
}

module.exports = {
  kMaxRandomSeed, callerLocation, convertStringToRegExp, createRandomSeed, createSeededGenerator, draw, shuffle, testFailure,
};
