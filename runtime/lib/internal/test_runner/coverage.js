'use strict';

// How much of the program its tests ran: what V8 counted in all processes, as lines, branches and functions of files.
// Spec: Node 24, test.md, "Collecting code coverage" and "Event: 'test:coverage'".

const { mkdtempSync, readFileSync, readdirSync, rmSync } = require('fs');
const { tmpdir } = require('os');
const { join, relative } = require('path');
const { matchGlobPattern } = require('internal/fs/glob');
const { fileURLToPath } = require('internal/url');
const { enableCoverage, takeCoverage } = require('internal/coverage');
const { defaultPatterns } = require('internal/test_runner/files');

const kFile = /^coverage-\d+-\d{13}-\d+\.json$/;
const kIgnore = /\/\* node:coverage ignore next (?<count>\d+ )?\*\//;
const kStatus = /\/\* node:coverage (?<status>enable|disable) \*\//;

class Coverage {
  #folder;
  #isOwnFolder;
  #options;
  #countsHere;
  #cwd;

  // options: {include, exclude, lines, branches, functions}: globs and least percentages. countsHere: does the program run
  // in this process?
  constructor(options, countsHere, cwd = process.cwd()) {
    this.#options = options;
    this.#cwd = cwd;
    this.#countsHere = countsHere;
    this.#isOwnFolder = !process.env.NODE_V8_COVERAGE;
    this.#folder = this.#isOwnFolder ? mkdtempSync(join(tmpdir(), 'node-coverage-')) : process.env.NODE_V8_COVERAGE;
    // Processes that the tests start count too.
    process.env.NODE_V8_COVERAGE = this.#folder;
    if (!countsHere) return;
    if (this.#isOwnFolder) internalBinding('coverage').start();
    else enableCoverage(this.#folder);
  }

  // What 'test:coverage' tells.
  summary() {
    const files = [];
    for (const { 0: url, 1: processes } of this.#scripts()) {
      const file = fileURLToPath(url);
      if (!this.#isWanted(file)) continue;
      let source;
      try {
        source = readFileSync(file, 'utf8');
      } catch {
        continue; // it is not there any more
      }
      files.push(fileSummary(file, source, mergeFunctions(processes)));
    }
    files.sort((a, b) => (a.path < b.path ? -1 : 1));
    const { lines: line, branches: branch, functions: fn } = this.#options;
    return {
      __proto__: null, workingDirectory: this.#cwd, files, totals: totalsOf(files),
      thresholds: { __proto__: null, function: fn, branch, line },
    };
  }

  // Forgets what was written for this run alone.
  end() {
    internalBinding('coverage').stop();
    if (!this.#isOwnFolder) return;
    delete process.env.NODE_V8_COVERAGE;
    rmSync(this.#folder, { __proto__: null, recursive: true, force: true });
  }

  // A script's URL -> its functions in each process.
  #scripts() {
    const scripts = new Map();
    const add = (result) => {
      for (const { url, functions } of result) {
        const list = scripts.get(url);
        if (list === undefined) scripts.set(url, [functions]);
        else list.push(functions);
      }
    };
    if (this.#countsHere) add(takeCoverage());
    for (const name of readdirSync(this.#folder)) {
      if (!kFile.test(name) || name.startsWith(`coverage-${process.pid}-`)) continue;
      try {
        add(JSON.parse(readFileSync(join(this.#folder, name), 'utf8')).result);
      } catch (error) {
        process.emitWarning(`coverage of ${name} could not be read: ${error.message}`);
      }
    }
    return scripts;
  }

  #isWanted(file) {
    const { include, exclude } = this.#options;
    const path = relative(this.#cwd, file);
    // The folders that hold the working directory may have a dot's name.
    const matches = (globs) => globs.some(
      (glob) => matchGlobPattern(path, glob, false, true) || matchGlobPattern(file, glob, false));
    if (exclude.length > 0 ? matches(exclude) : include.length === 0 && matches(defaultPatterns())) return false;
    if (include.length > 0) return matches(include);
    return !/[\\/]node_modules[\\/]/.test(file);
  }
}

// --- Counts -----------------------------------------------------------------------------------------------------------

// The functions of several processes as one: a range's count is the sum of what each process says of that place.
function mergeFunctions(processes) {
  if (processes.length === 1) return processes[0];
  const byRange = new Map();
  for (const functions of processes) {
    for (const fn of functions) {
      const { startOffset, endOffset } = fn.ranges[0];
      const key = `${startOffset}-${endOffset}-${fn.functionName}`;
      const same = byRange.get(key);
      if (same === undefined) byRange.set(key, [fn]);
      else same.push(fn);
    }
  }
  const merged = [...byRange.values()].map(mergeFunction);
  return merged.sort((a, b) => order(a.ranges[0], b.ranges[0]));
}

// Outer ranges before inner ones.
function order(a, b) { return a.startOffset - b.startOffset || b.endOffset - a.endOffset; }

function mergeFunction(functions) {
  if (functions.length === 1) return functions[0];
  const places = new Map();
  for (const { ranges } of functions) {
    for (const range of ranges) places.set(`${range.startOffset}-${range.endOffset}`, range);
  }
  const ranges = [...places.values()].sort(order).map(({ startOffset, endOffset }) => {
    let count = 0;
    for (const fn of functions) {
      // The innermost that holds the place comes last.
      const holder = fn.ranges.findLast((range) => range.startOffset <= startOffset && range.endOffset >= endOffset);
      count += holder?.count ?? 0;
    }
    return { startOffset, endOffset, count };
  });
  return { functionName: functions[0].functionName, isBlockCoverage: functions.some((fn) => fn.isBlockCoverage), ranges };
}

// --- Files ------------------------------------------------------------------------------------------------------------

// The lines of a source: {line, start, end, isIgnored, count}; an empty line is covered.
function linesOf(source) {
  const lines = [];
  let offset = 0;
  let ignoreNext = 0;
  let isEnabled = true;
  for (const text of source.split(/(?<=\r?\n)/u)) {
    const end = offset + text.replace(/\r?\n$/u, '').length;
    const line = { line: lines.length + 1, start: offset, end, isIgnored: false, count: offset === end ? 1 : 0 };
    lines.push(line);
    offset += text.length;
    if (ignoreNext > 0) {
      ignoreNext--;
      line.isIgnored = true;
    } else if (!isEnabled) {
      line.isIgnored = true;
    }
    const ignore = kIgnore.exec(text);
    if (ignore !== null) {
      ignoreNext = Number(ignore.groups.count ?? 1);
      continue;
    }
    const status = kStatus.exec(text);
    if (status !== null) isEnabled = status.groups.status === 'enable';
  }
  return lines;
}

// The lines that a range touches; those that it holds get its count.
function applyRange(range, lines) {
  const touched = [];
  let low = 0;
  let high = lines.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (lines[middle].end < range.startOffset) low = middle + 1;
    else high = middle;
  }
  for (let i = low; i < lines.length && lines[i].start < range.endOffset; i++) {
    const line = lines[i];
    if (range.startOffset <= line.start && range.endOffset >= line.end) line.count = range.count;
    touched.push(line);
  }
  return touched;
}

function fileSummary(path, source, scriptFunctions) {
  const lines = linesOf(source);
  const functions = [];
  const branches = [];
  let coveredBranchCount = 0;
  let coveredFunctionCount = 0;
  const isIgnored = (touched) => touched.every((line) => line.isIgnored);
  scriptFunctions.forEach(({ functionName, ranges, isBlockCoverage }, i) => {
    ranges.forEach((range, j) => {
      const touched = applyRange(range, lines);
      const isCovered = range.count > 0 || isIgnored(touched);
      const line = touched[0]?.line;
      if (isBlockCoverage) {
        branches.push({ __proto__: null, line, count: range.count });
        if (isCovered) coveredBranchCount++;
      }
      // The first function is the script itself.
      if (i === 0 || j > 0) return;
      functions.push({ __proto__: null, name: functionName, count: range.count, line });
      if (isCovered) coveredFunctionCount++;
    });
  });
  const told = lines.filter((line) => !line.isIgnored).map(({ line, count }) => ({ __proto__: null, line, count }));
  const coveredLineCount = lines.filter((line) => line.isIgnored || line.count > 0).length;
  return withPercents({
    __proto__: null,
    path,
    totalLineCount: lines.length,
    totalBranchCount: branches.length,
    totalFunctionCount: functions.length,
    coveredLineCount,
    coveredBranchCount,
    coveredFunctionCount,
  }, { functions, branches, lines: told });
}

function totalsOf(files) {
  const totals = {
    __proto__: null, totalLineCount: 0, totalBranchCount: 0, totalFunctionCount: 0, coveredLineCount: 0, coveredBranchCount: 0,
    coveredFunctionCount: 0,
  };
  for (const file of files) for (const name of Object.keys(totals)) totals[name] += file[name];
  return withPercents(totals);
}

const percent = (covered, total) => (total === 0 ? 100 : (covered / total) * 100);

function withPercents(counts, rest) {
  return Object.assign(counts, {
    coveredLinePercent: percent(counts.coveredLineCount, counts.totalLineCount),
    coveredBranchPercent: percent(counts.coveredBranchCount, counts.totalBranchCount),
    coveredFunctionPercent: percent(counts.coveredFunctionCount, counts.totalFunctionCount),
  }, rest);
}

// What is below the least that was asked for: ["Error: 50.00% line coverage does not meet threshold of 80%.", ...].
function missedThresholds({ thresholds, totals }) {
  const missed = [];
  for (const { 0: name, 1: actual } of [
    ['line', totals.coveredLinePercent], ['branch', totals.coveredBranchPercent], ['function', totals.coveredFunctionPercent],
  ]) {
    const least = thresholds[name];
    if (actual < least) missed.push(`Error: ${actual.toFixed(2)}% ${name} coverage does not meet threshold of ${least}%.`);
  }
  return missed;
}

// What the command line asks for, begun once in the process.
let coverage;
function commandLineCoverage() {
  if (coverage !== undefined) return coverage;
  coverage = new Coverage(require('internal/test_runner/options').commandLine().coverage, true);
  return coverage;
}

module.exports = { Coverage, commandLineCoverage, missedThresholds };
