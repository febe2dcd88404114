'use strict';

// run(): test files, each in a process of its own or all in this one. Spec: Node 24, test.md, "run([options])".

const { resolve } = require('path');
const { codes: { ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE } } = require('internal/errors');
const {
  validateAbortSignal, validateArray, validateBoolean, validateFunction, validateInteger, validateNumber, validateObject,
  validateOneOf, validateString, validateStringArray,
} = require('internal/validators');
const { isRegExp } = require('internal/util/types');
const { findTestFiles } = require('internal/test_runner/files');
const { applyOnly } = require('internal/test_runner/filter');
const { FileTest, Workers } = require('internal/test_runner/file_test');
const { Harness, adoptHarness, closeRun, processHarness } = require('internal/test_runner/harness');
const { TestNode, running } = require('internal/test_runner/node');
const { commandLine, readTagFilters } = require('internal/test_runner/options');
const { TestsStream } = require('internal/test_runner/stream');
const {
  convertStringToRegExp, createRandomSeed, createSeededGenerator, kMaxRandomSeed, shuffle,
} = require('internal/test_runner/utils');

function readPatterns(value, name) {
  if (value === undefined || value === null) return null;
  const values = Array.isArray(value) ? value : [value];
  return values.map((pattern, i) => {
    const at = `${name}[${i}]`;
    if (isRegExp(pattern)) return pattern;
    if (typeof pattern === 'string') return convertStringToRegExp(pattern, at);
    throw new ERR_INVALID_ARG_TYPE(at, ['string', 'RegExp'], pattern);
  });
}

function readShard(shard, watch) {
  if (shard === undefined || shard === null) return undefined;
  validateObject(shard, 'options.shard');
  const { total, index } = { __proto__: null, ...shard };
  validateInteger(total, 'options.shard.total', 1);
  validateInteger(index, 'options.shard.index', 1, total);
  if (watch) throw new ERR_INVALID_ARG_VALUE('options.shard', watch, 'shards not supported with watch mode');
  return { __proto__: null, total, index };
}

function refuse(name, value, why) {
  throw new ERR_INVALID_ARG_VALUE(name, value, `is not supported with ${why}`);
}

// A function that begins to count as the options say.
function readCoverage(given) {
  const globs = (value, name) => {
    if (value === undefined || value === null) return [];
    const list = Array.isArray(value) ? value : [value];
    validateStringArray(list, name);
    return list;
  };
  const least = (value = 0, name) => {
    validateInteger(value, name, 0, 100);
    return value;
  };
  const options = {
    __proto__: null,
    include: globs(given.coverageIncludeGlobs, 'options.coverageIncludeGlobs'),
    exclude: globs(given.coverageExcludeGlobs, 'options.coverageExcludeGlobs'),
    lines: least(given.lineCoverage, 'options.lineCoverage'),
    branches: least(given.branchCoverage, 'options.branchCoverage'),
    functions: least(given.functionCoverage, 'options.functionCoverage'),
  };
  const { Coverage } = require('internal/test_runner/coverage');
  return (countsHere, cwd) => new Coverage(options, countsHere, cwd);
}

// The options, checked and with their defaults.
function readOptions(options) {
  validateObject(options, 'options');
  const given = { __proto__: null, ...options };
  const {
    files, watch = false, setup, globalSetupPath, only = false, globPatterns, forceExit = false, cwd = process.cwd(), env,
    isolation = 'process', signal, timeout, concurrency = false, randomize, randomSeed, rerunFailuresFilePath, coverage = false,
    argv = [], execArgv = [],
  } = given;
  if (files != null) validateArray(files, 'options.files');
  validateBoolean(watch, 'options.watch');
  validateBoolean(forceExit, 'options.forceExit');
  if (forceExit && watch) refuse('options.forceExit', watch, 'watch mode');
  const shard = readShard(given.shard, watch);
  if (setup != null) validateFunction(setup, 'options.setup');
  if (globPatterns != null) {
    validateArray(globPatterns, 'options.globPatterns');
    if (globPatterns.length > 0 && files?.length > 0) {
      throw new ERR_INVALID_ARG_VALUE('options.globPatterns', globPatterns, 'is not supported when specifying \'options.files\'');
    }
  }
  if (signal !== undefined) validateAbortSignal(signal, 'options.signal');
  if (timeout != null && timeout !== Infinity) validateNumber(timeout, 'options.timeout', 0, 2 ** 31 - 1);
  validateString(cwd, 'options.cwd');
  if (globalSetupPath !== undefined) validateString(globalSetupPath, 'options.globalSetupPath');
  validateOneOf(isolation, 'options.isolation', ['process', 'none']);
  validateStringArray(argv, 'options.argv');
  validateStringArray(execArgv, 'options.execArgv');
  if (env !== undefined) {
    validateObject(env, 'options.env');
    if (isolation === 'none') throw new ERR_INVALID_ARG_VALUE('options.env', env, "is not supported with isolation='none'");
  }
  if (rerunFailuresFilePath != null) validateString(rerunFailuresFilePath, 'options.rerunFailuresFilePath');
  if (randomize !== undefined) validateBoolean(randomize, 'options.randomize');
  if (randomSeed !== undefined) validateInteger(randomSeed, 'options.randomSeed', 0, kMaxRandomSeed);
  for (const { 0: name, 1: value, 2: isOn } of [
    ['options.randomize', randomize, randomize === true], ['options.randomSeed', randomSeed, randomSeed !== undefined],
  ]) {
    if (isOn && watch) refuse(name, value, 'watch mode');
    if (isOn && rerunFailuresFilePath != null) refuse(name, value, 'rerun failures mode');
  }
  const tags = typeof given.testTagFilters === 'string' ? [given.testTagFilters] : given.testTagFilters ?? [];
  validateStringArray(tags, 'options.testTagFilters');
  validateBoolean(coverage, 'options.coverage');
  const isRandom = randomize === true || randomSeed !== undefined;
  return {
    __proto__: null, files, globPatterns, watch, cwd, setup, globalSetupPath, isolation, argv, execArgv, env, shard, signal, forceExit, only,
    concurrency, rerunFailuresFilePath,
    coverage: coverage ? readCoverage(given) : undefined,
    timeout: timeout === Infinity ? undefined : timeout ?? undefined,
    namePatterns: readPatterns(given.testNamePatterns, 'options.testNamePatterns'),
    skipPatterns: readPatterns(given.testSkipPatterns, 'options.testSkipPatterns'),
    tagFilters: readTagFilters(tags, 'options.testTagFilters'),
    randomSeed: isRandom ? randomSeed ?? createRandomSeed() : undefined,
  };
}

// Starts a run and returns its TestsStream.
function run(options = { __proto__: null }) {
  const settings = readOptions(options);
  if (process.env.NODE_TEST_CONTEXT !== undefined) {
    process.emitWarning('node:test run() is being called recursively within a test file. skipping running files.');
    const stream = new TestsStream();
    stream.end();
    return stream;
  }
  // What is loaded once cannot be loaded anew: a run that watches needs processes.
  if (settings.watch) settings.isolation = 'process';
  const inProcess = settings.isolation === 'none';
  const { isRunner } = commandLine();
  const harness = inProcess && isRunner ? processHarness() : new Harness({
    ...settings, __proto__: null, isChild: false,
    // The files are put in order before they start.
    order: inProcess ? undefined : 'declared',
    rerunFailuresFilePath: attemptsFile(settings),
    randomSeed: settings.randomSeed, rootConcurrency: inProcess ? undefined : settings.concurrency,
  });
  harness.runsFiles = true;
  if (settings.coverage !== undefined) harness.coverage = settings.coverage(inProcess, settings.cwd);
  debug(settings, inProcess);
  if (inProcess || isRunner) adoptHarness(harness);
  let files = settings.files ?? findTestFiles(settings.globPatterns, settings.cwd);
  if (settings.shard !== undefined) files = files.filter((_, i) => i % settings.shard.total === settings.shard.index - 1);
  if (settings.randomSeed !== undefined && !inProcess) files = shuffle(files, createSeededGenerator(settings.randomSeed));
  // Listeners that the caller adds now are to hear everything.
  process.nextTick(() => {
    runAll(harness, settings, files).then(undefined, (error) => {
      harness.fatal = error;
      process.nextTick(() => { throw error; });
    });
  });
  return harness.reporter;
}

function attemptsFile({ cwd, rerunFailuresFilePath: file }) { return file == null ? undefined : resolve(cwd, file); }

function debug(settings, inProcess) {
  const { debuglog } = require('internal/util/debuglog');
  debuglog('test_runner')('run %O', {
    isolation: settings.isolation, concurrency: inProcess ? 1 : settings.concurrency, timeout: settings.timeout ?? Infinity,
    cwd: settings.cwd,
  });
}

async function runAll(harness, settings, files) {
  const { reporter } = harness;
  if (settings.setup != null) await settings.setup(reporter, harness);
  if (settings.globalSetupPath !== undefined && harness.teardown === undefined) {
    harness.teardown = await require('internal/test_runner/global_setup').setUp(settings.globalSetupPath, settings.cwd);
  }
  if (settings.watch) {
    await require('internal/test_runner/watch').runAndWatch(harness, settings, files, runRound);
    return;
  }
  if (settings.isolation === 'none') await runHere(harness, settings, files);
  else await runInProcesses(harness, settings, files);
  // What runs here ends with the process when that is all that the process is for: what tests left behind is told then.
  if (settings.isolation === 'none' && commandLine().isRunner) harness.runsFiles = false;
  else await closeRun(harness);
}

// --- Each in a process ------------------------------------------------------------------------------------------------

// The runner's own options are not for the files, and those that it manages are given anew.
const kOwn = new Set([
  '--test', '--experimental-test-coverage', '--watch', '--experimental-default-config-file', '--test-reporter',
  '--test-reporter-destination', '--experimental-config-file', '--test-randomize', '--test-random-seed',
  '--experimental-test-tag-filter', '--test-shard', '--test-global-setup', '--test-rerun-failures',
]);
const kTakesValue = new Set([
  '--test-reporter', '--test-reporter-destination', '--experimental-config-file', '--test-random-seed',
  '--experimental-test-tag-filter', '--test-shard', '--test-global-setup', '--test-rerun-failures',
]);

function inheritedArguments() {
  const kept = [];
  const { execArgv } = process;
  for (let i = 0; i < execArgv.length; i++) {
    const name = execArgv[i].split('=', 1)[0];
    if (!kOwn.has(name)) kept.push(execArgv[i]);
    else if (kTakesValue.has(name) && name === execArgv[i]) i++;
  }
  return kept;
}

function launcher(settings) {
  const flags = [...inheritedArguments(), ...settings.execArgv];
  for (const pattern of settings.namePatterns ?? []) flags.push(`--test-name-pattern=${pattern}`);
  for (const pattern of settings.skipPatterns ?? []) flags.push(`--test-skip-pattern=${pattern}`);
  for (const tag of settings.tagFilters) flags.push(`--experimental-test-tag-filter=${tag}`);
  if (settings.only) flags.push('--test-only');
  if (settings.timeout !== undefined) flags.push(`--test-timeout=${Math.ceil(settings.timeout)}`);
  if (settings.randomSeed !== undefined) flags.push(`--test-random-seed=${settings.randomSeed}`);
  const attempts = attemptsFile(settings);
  if (attempts !== undefined) flags.push(`--test-rerun-failures=${attempts}`);
  return {
    __proto__: null,
    args: (file) => [...flags, file, ...settings.argv],
    cwd: settings.cwd,
    env: settings.watch ? { ...(settings.env ?? process.env), WATCH_REPORT_DEPENDENCIES: '1' } : settings.env ?? process.env,
  };
}

// One of the runs of a run that watches. onLoaded(file, paths): what the file's process loaded.
async function runRound(harness, settings, files, onLoaded) {
  const round = new Harness({ ...harness.config, reporter: harness.reporter });
  round.runsFiles = true;
  round.onLoaded = onLoaded;
  await runInProcesses(round, settings, files);
  round.end();
}

async function runInProcesses(harness, settings, files) {
  harness.workers = new Workers();
  harness.children = new Set();
  harness.onInterrupt = (signal) => { for (const child of harness.children) child.kill(signal); };
  const launch = launcher(settings);
  const { root } = harness;
  await Promise.all(files.map((file) => {
    const overrides = { __proto__: null, file, launch, signal: settings.signal, timeout: Infinity, isFile: true };
    return root.createSubtest(FileTest, file, undefined, undefined, overrides).start();
  }));
}

// --- All in this process ----------------------------------------------------------------------------------------------

async function runHere(harness, settings, files) {
  const { getLoader } = require('internal/modules/esm/loader');
  const { pathToFileURL } = require('internal/url');
  const { root } = harness;
  harness.isHeld = true;
  process.env.NODE_TEST_WORKER_ID ??= '1';
  for (const file of files) {
    const path = resolve(settings.cwd, file);
    harness.entryFile = path;
    const before = root.subtests.length;
    let failure;
    let hasFailed = false;
    try {
      // Its tests belong to this run, whichever test it was started from.
      await running.exit(() => getLoader().import(pathToFileURL(path).href, undefined, { __proto__: null }));
    } catch (error) {
      failure = error;
      hasFailed = true;
    }
    if (!hasFailed && root.subtests.length > before) continue;
    // A file without tests is a test itself, as is one that cannot be loaded.
    const loc = { __proto__: null, line: 1, column: 1, file: path };
    const node = root.createSubtest(TestNode, file, undefined, undefined, { __proto__: null, loc, isFile: true });
    if (hasFailed) node.fail(failure);
    node.start();
  }
  harness.entryFile = undefined;
  await new Promise((done) => { setImmediate(done); });
  harness.isHeld = false;
  if (root.hasOnlyDescendant && !settings.only) applyOnly(root);
  harness.enter();
  root.processPending();
  for (let i = 0; i < root.subtests.length; i++) await root.subtests[i].hasFinished.promise;
  harness.onTopLevelEnd();
  await harness.afterHooks;
}

module.exports = { run };
