'use strict';

// What the command line says of a test run, checked. Spec: Node 24, cli.md, "--test" and the options named after it.

const { getOptionValue } = require('internal/options');
const { codes: { ERR_INVALID_ARG_VALUE } } = require('internal/errors');
const { validateInteger } = require('internal/validators');
const { convertStringToRegExp, createRandomSeed, kMaxRandomSeed } = require('internal/test_runner/utils');

const kNoPatterns = null;

function readPatterns(values, name) {
  return values.length === 0 ? kNoPatterns : values.map((value) => convertStringToRegExp(value, name));
}

function readTagFilters(values, name) {
  return values.map((value) => {
    if (value === '') throw new ERR_INVALID_ARG_VALUE(name, value, 'must be a non-empty string');
    return value.toLowerCase();
  });
}

// `index/total` as {index, total}.
function readShard(text) {
  if (text === '') return undefined;
  const match = /^(\d+)\/(\d+)$/.exec(text);
  if (match === null) {
    throw new ERR_INVALID_ARG_VALUE('--test-shard', text, 'must be in the form of <index>/<total>');
  }
  return { __proto__: null, index: Number(match[1]), total: Number(match[2]) };
}

// Zero is a seed too: was one given?
function hasSeed() {
  const isSeed = (text) => /^--test[-_]random[-_]seed(=|$)/.test(text);
  return process.execArgv.some(isSeed) || (process.env.NODE_OPTIONS ?? '').split(' ').some(isSeed);
}

// Which files the coverage counts, and the least percentages that it asks for.
function readCoverage() {
  const least = (name) => {
    const value = getOptionValue(name);
    validateInteger(value, name, 0, 100);
    return value;
  };
  return {
    __proto__: null,
    include: getOptionValue('--test-coverage-include'),
    exclude: getOptionValue('--test-coverage-exclude'),
    lines: least('--test-coverage-lines'),
    branches: least('--test-coverage-branches'),
    functions: least('--test-coverage-functions'),
  };
}

let parsed;

// The run's settings. Bad ones throw ERR_INVALID_ARG_VALUE.
function commandLine() {
  if (parsed !== undefined) return parsed;
  const context = process.env.NODE_TEST_CONTEXT;
  const isRunner = getOptionValue('--test');
  const isChild = context === 'child' || context === 'child-v8';
  const seed = hasSeed() ? getOptionValue('--test-random-seed') : undefined;
  if (seed !== undefined) validateInteger(seed, '--test-random-seed', 0, kMaxRandomSeed);
  const isRandom = getOptionValue('--test-randomize') || seed !== undefined;
  const reporters = getOptionValue('--test-reporter');
  const destinations = getOptionValue('--test-reporter-destination');
  parsed = {
    __proto__: null,
    isRunner,
    isChild,
    speaksFrames: context === 'child-v8',
    only: getOptionValue('--test-only'),
    namePatterns: readPatterns(getOptionValue('--test-name-pattern'), '--test-name-pattern'),
    skipPatterns: readPatterns(getOptionValue('--test-skip-pattern'), '--test-skip-pattern'),
    tagFilters: readTagFilters(getOptionValue('--experimental-test-tag-filter'), '--experimental-test-tag-filter'),
    timeout: getOptionValue('--test-timeout') || undefined,
    concurrency: getOptionValue('--test-concurrency') || true,
    forceExit: getOptionValue('--test-force-exit'),
    updateSnapshots: getOptionValue('--test-update-snapshots'),
    watch: getOptionValue('--watch'),
    isolation: getOptionValue('--test-isolation') || 'process',
    shard: readShard(getOptionValue('--test-shard')),
    randomSeed: isRandom ? seed ?? createRandomSeed() : undefined,
    randomize: getOptionValue('--test-randomize'),
    givenSeed: seed,
    globalSetupPath: getOptionValue('--test-global-setup') || undefined,
    rerunFailuresFilePath: getOptionValue('--test-rerun-failures') || undefined,
    coverage: getOptionValue('--experimental-test-coverage') ? readCoverage() : undefined,
    reporters,
    destinations,
  };
  return parsed;
}

module.exports = { commandLine, readPatterns, readTagFilters };
