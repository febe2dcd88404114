'use strict';

// Runs again only what has not passed yet: a file remembers which tests passed in which attempt.
// Spec: Node 24, test.md, "Rerunning failed tests".

const { readFileSync, writeFileSync } = require('fs');
const { relative } = require('path');
const { codes: { ERR_INVALID_STATE } } = require('internal/errors');

// The attempts that the file holds, each a map from a test's id to {passed_on_attempt, name, duration_ms, children}.
function readAttempts(path) {
  let text;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if (error.code === 'ENOENT') return [];
    throw error;
  }
  let attempts;
  try {
    attempts = JSON.parse(text);
  } catch {
    attempts = undefined; // told below
  }
  if (!Array.isArray(attempts) || attempts.some((attempt) => attempt === null || typeof attempt !== 'object')) {
    throw new ERR_INVALID_STATE(`The rerun state file '${path}' is not valid`);
  }
  return attempts;
}

// Tests by where they are declared; a counter tells those apart that are declared in one place.
class Ids {
  #counts = new Map();
  #cwd;

  constructor(cwd) { this.#cwd = cwd; }

  next({ file, line, column }) {
    const base = `${relative(this.#cwd, file)}:${line}:${column}`;
    const count = this.#counts.get(base) ?? 0;
    this.#counts.set(base, count + 1);
    return count === 0 ? base : `${base}:(${count})`;
  }
}

class Attempts {
  #path;
  #cwd;
  #attempts;
  #previous;
  #ids;
  #passed = { __proto__: null };
  #children = []; // by nesting: the tests that were reported since the last one further out

  constructor(path, cwd) {
    this.#path = path;
    this.#cwd = cwd;
    this.#attempts = readAttempts(path);
    this.#previous = new Map(Object.entries(this.#attempts.at(-1) ?? {}));
    this.#ids = new Ids(cwd);
  }

  // The number of this attempt, from 0.
  get number() { return this.#attempts.length; }

  // What is known of the test that is being declared, if it passed before.
  find(loc) {
    return loc === undefined ? undefined : this.#previous.get(this.#ids.next(loc));
  }

  // Remembers what the stream reports.
  record(reporter) {
    const ids = new Ids(this.#cwd);
    const note = (data, passed) => {
      if (data.file === undefined || data.line === undefined) return;
      const { nesting, name, file, line, column, details } = data;
      const children = this.#children[nesting + 1] ?? [];
      this.#children.length = nesting + 1;
      (this.#children[nesting] ??= []).push({ name, file: relative(this.#cwd, file), line, column });
      const id = ids.next(data);
      if (!passed) return;
      this.#passed[id] = {
        passed_on_attempt: details.passed_on_attempt ?? this.number, name, duration_ms: details.duration_ms, children,
      };
    };
    reporter.on('test:pass', (data) => note(data, true));
    reporter.on('test:fail', (data) => note(data, false));
  }

  write() {
    writeFileSync(this.#path, JSON.stringify([...this.#attempts, this.#passed], null, 2));
  }
}

module.exports = { Attempts };
