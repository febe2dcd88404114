'use strict';

// `node --test [patterns]`: finds test files and runs them. Spec: Node 24, cli.md, "--test".

const { commandLine } = require('internal/test_runner/options');

const { loadPreloads } = require('internal/process/pre_execution');

const settings = commandLine();
const patterns = process.argv.slice(1);
const cwd = process.cwd();

const { findTestFiles, missingFile } = require('internal/test_runner/files');
const missing = missingFile(patterns, cwd);
if (missing !== undefined) {
  process.stderr.write(`Could not find '${missing}'\n`);
  process.exit(1);
}

function start() {
  const { run } = require('internal/test_runner/run');
  const { coverage } = settings;
  const stream = run({
    __proto__: null,
    concurrency: settings.concurrency,
    cwd,
    // A run that watches finds new files by itself.
    [settings.watch ? 'globPatterns' : 'files']: settings.watch ? patterns : findTestFiles(patterns, cwd),
    forceExit: settings.forceExit,
    globalSetupPath: settings.globalSetupPath,
    isolation: settings.isolation,
    only: settings.only,
    rerunFailuresFilePath: settings.rerunFailuresFilePath,
    shard: settings.shard,
    watch: settings.watch,
    testNamePatterns: settings.namePatterns ?? undefined,
    testSkipPatterns: settings.skipPatterns ?? undefined,
    testTagFilters: settings.tagFilters,
    timeout: settings.timeout,
    coverage: coverage !== undefined,
    coverageIncludeGlobs: coverage?.include,
    coverageExcludeGlobs: coverage?.exclude,
    lineCoverage: coverage?.lines,
    branchCoverage: coverage?.branches,
    functionCoverage: coverage?.functions,
    randomize: settings.randomize || undefined,
    randomSeed: settings.givenSeed,
    setup: async (tests, harness) => {
      const { setUpReporters } = require('internal/test_runner/reporting');
      harness.reported = setUpReporters(harness, settings);
      await harness.reported.isReady;
    },
  });
  stream.on('test:summary', ({ file, success }) => {
    if (file === undefined && !success) process.exitCode = 1;
  });
}

// Modules that are preloaded belong to the processes of the files, unless those are this one; what is set up for all
// comes before them.
async function startHere() {
  if (settings.globalSetupPath !== undefined) {
    const { processHarness } = require('internal/test_runner/harness');
    const { setUp } = require('internal/test_runner/global_setup');
    processHarness().teardown = await setUp(settings.globalSetupPath, cwd) ?? (() => {});
  }
  loadPreloads();
  await require('internal/modules/run_main').initializePreloads();
  start();
}
if (settings.isolation === 'none') {
  startHere();
} else {
  loadPreloads();
  start();
}
