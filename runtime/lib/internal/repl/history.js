'use strict';

// The lines typed in earlier sessions, kept in a file. https://nodejs.org/api/repl.html#replserversetuphistoryhistoryconfig-callback

const fs = require('fs');
const { clearTimeout, setTimeout } = require('timers');

const kFlushDelay = 15; // ms from a line to its writing: several go at once
const kMode = 0o600;
const noHistory = '\nPersistent history support disabled. Set the NODE_REPL_HISTORY environment\nvariable to a valid, ' +
  'user-writable path to enable.\n';

class History {
  isFlushing = false;
  #repl;
  #handle;
  #timer;
  #pending = false;
  #context; // of the history that is to be written

  constructor(repl) {
    this.#repl = repl;
  }

  // Below the prompt, which is then shown again.
  #tell(message) {
    const repl = this.#repl;
    repl._writeToOutput(message);
    repl._refreshLine?.();
  }

  // Without a file: the first key that asks for the history gets an explanation.
  #disable() {
    const repl = this.#repl;
    let told = false;
    repl.on('keypress', () => {});
    const inner = repl._historyMove;
    repl._historyMove = (...args) => {
      if (!told && repl.history.length === 0) {
        told = true;
        this.#tell(noHistory);
        return undefined;
      }
      return inner?.apply(repl, args);
    };
  }

  async initialize(file, done) {
    const repl = this.#repl;
    if (typeof file === 'string') file = file.trim();
    if (file === '') {
      this.#disable();
      done(null, repl);
      return;
    }
    if (!file) {
      try {
        file = require('path').join(require('os').homedir(), '.node_repl_history');
      } catch {
        this.#tell('\nError: Could not get the home directory.\nREPL session history will not be persisted.\n');
        this.#disable();
        done(null, repl);
        return;
      }
    }
    repl.pause();
    try {
      // Reading must not make the file; its mode is set when it is made.
      const made = await fs.promises.open(file, fs.constants.O_CREAT | fs.constants.O_APPEND | fs.constants.O_RDWR, kMode);
      await made.close();
      const text = await fs.promises.readFile(file, 'utf8');
      repl.history = text ? text.split(/\r?\n+/).slice(0, repl.historySize) : [];
      if (repl.history.at(-1) === '') repl.history.pop();
      this.#handle = await fs.promises.open(file, 'r+');
    } catch {
      repl.resume();
      this.#tell('\nError: Could not open history file.\nREPL session history will not be persisted.\n');
      this.#disable();
      done(null, repl);
      return;
    }
    repl.once('exit', () => this.close());
    repl.on('line', () => this.#schedule());
    if (repl.paused && !repl.closed) repl.resume();
    done(null, repl);
  }

  #schedule() {
    this.isFlushing = true;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#flush(), kFlushDelay);
  }

  async #flush() {
    this.#timer = undefined;
    if (this.#pending) return;
    this.#pending = true;
    const repl = this.#repl;
    const text = `${repl.history.join('\n')}\n`;
    try {
      await this.#handle.truncate(0);
      await this.#handle.write(text, 0, 'utf8');
    } catch {
      // What cannot be written is forgotten.
    }
    this.#pending = false;
    if (this.#timer !== undefined) return;
    this.isFlushing = false;
    repl.emit('flushHistory');
    if (this.#context === 'closing') this.#handle.close().catch(() => {});
  }

  close() {
    if (this.isFlushing) this.#context = 'closing';
    else this.#handle?.close().catch(() => {});
  }
}

module.exports = { History };
