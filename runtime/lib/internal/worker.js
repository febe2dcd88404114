'use strict';

// Worker: https://nodejs.org/api/worker_threads.html#class-worker. The thread itself is core/worker_thread.cc.

const { Worker: WorkerHandle, checkOptions } = internalBinding('worker');
const EventEmitter = require('events');
const path = require('path');
const { codes, ErrnoException } = require('internal/errors');
const {
  ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_WORKER_INIT_FAILED, ERR_WORKER_INVALID_EXEC_ARGV, ERR_WORKER_NOT_RUNNING,
  ERR_WORKER_PATH, ERR_WORKER_UNSERIALIZABLE_ERROR,
} = codes;
const { heapStatistics, snapshotOptions, snapshotStream } = require('internal/heap_statistics');
const { isURL, fileURLToPath, pathToFileURL } = require('internal/url');
const { utilization } = require('internal/utilization');
const { MessageChannel, drainPort, kHandle, transferListOf } = require('internal/worker/io');
const { ControlPort, ThreadReadable, ThreadWritable } = require('internal/worker/stdio');
const { limitsObject, state } = require('internal/worker/thread');
const { validateArray, validateObject, validateString } = require('internal/validators');

const SHARE_ENV = Symbol.for('nodejs.worker_threads.SHARE_ENV');
const limitNames = ['maxYoungGenerationSizeMb', 'maxOldGenerationSizeMb', 'codeRangeSizeMb', 'stackSizeMb'];

// Marks the options of a thread of our own, whose program is a built-in.
const kInternal = Symbol('internal');

// The program: { source, how, url } where how is 'file', 'eval', 'url' or 'internal'.
function programOf(filename, options) {
  if (options[kInternal]) return { source: filename, how: 'internal' };
  if (options.eval) {
    if (typeof filename !== 'string') {
      throw new ERR_INVALID_ARG_VALUE('options.eval', options.eval, "must be false when 'filename' is not a string");
    }
    return { source: filename, how: 'eval' };
  }
  if (isURL(filename)) {
    if (filename.protocol === 'data:') return { source: filename.href, how: 'url' };
    return { source: fileURLToPath(filename), how: 'file', url: filename.href };
  }
  if (typeof filename !== 'string') throw new ERR_INVALID_ARG_TYPE('filename', ['string', 'URL'], filename);
  if (!path.isAbsolute(filename) && !/^\.\.?[\\/]/.test(filename)) throw new ERR_WORKER_PATH(filename);
  const absolute = path.resolve(filename);
  return { source: absolute, how: 'file', url: pathToFileURL(absolute).href };
}

function environmentOf(env) {
  if (env === undefined || env === null) return undefined;
  if (env === SHARE_ENV) return true;
  if (typeof env !== 'object') {
    throw new ERR_INVALID_ARG_TYPE('options.env', ['object', 'undefined', 'null', 'worker_threads.SHARE_ENV'], env);
  }
  const copy = {};
  for (const [key, value] of Object.entries(env)) copy[key] = `${value}`;
  return copy;
}

function checkFlags(execArgv, env) {
  const { 0: wrong, 1: inEnvironment } = checkOptions(
    execArgv, env !== undefined && env !== true && env.NODE_OPTIONS !== process.env.NODE_OPTIONS ? env.NODE_OPTIONS : undefined);
  if (wrong.length > 0) throw new ERR_WORKER_INVALID_EXEC_ARGV(wrong);
  if (inEnvironment.length > 0) throw new ERR_WORKER_INVALID_EXEC_ARGV(inEnvironment, 'invalid NODE_OPTIONS env variable');
}

class Worker extends EventEmitter {
  #handle;
  #port; // of the program
  #control;
  #controlPort;
  #stdin = null;
  #stdout;
  #stderr;
  #limits;
  #threadName;
  #online = false;
  #questions = new Map();
  #nextQuestion = 0;

  constructor(filename, options = {}) {
    super();
    validateObject(options ?? {}, 'options');
    options ??= {};
    if (options.execArgv && !Array.isArray(options.execArgv)) {
      throw new ERR_INVALID_ARG_TYPE('options.execArgv', 'Array', options.execArgv);
    }
    let argv = [];
    if (options.argv) {
      validateArray(options.argv, 'options.argv');
      argv = options.argv.map(String);
    }
    const program = programOf(filename, options);
    const env = environmentOf(options.env);
    let name = 'WorkerThread';
    if (options.name !== undefined) {
      validateString(options.name, 'options.name');
      name = options.name.trim();
    }
    checkFlags(options.execArgv || undefined, env);

    const limits = new Float64Array(4);
    const given = options.resourceLimits;
    if (given !== null && typeof given === 'object') {
      limitNames.forEach((key, i) => {
        if (typeof given[key] === 'number') limits[i] = i < 2 ? Math.max(given[key], 2) : given[key];
      });
    }

    const handle = new WorkerHandle();
    const control = new MessageChannel();
    const channel = new MessageChannel();
    this.#handle = handle;
    this.#threadName = name;
    this.#controlPort = control.port1;
    this.#control = new ControlPort(control.port1);
    control.port1.on('message', (message) => this.#receive(message));
    control.port1.unref();
    this.#port = channel.port1;
    for (const type of ['message', 'messageerror']) this.#port.on(type, (value) => this.emit(type, value));
    this.#port.unref();
    if (options.stdin) this.#stdin = new ThreadWritable(this.#control, 'stdin');
    this.#stdout = new ThreadReadable(this.#control, 'stdout', false);
    this.#stderr = new ThreadReadable(this.#control, 'stderr', false);
    if (!options.stdout) pipe(this.#stdout, process.stdout);
    if (!options.stderr) pipe(this.#stderr, process.stderr);

    const hooks = options[kInternal] ? undefined : require('internal/modules/hooks_client').share();
    const transfer = [channel.port2, ...transferListOf(options.transferList) ?? []];
    if (hooks !== undefined) transfer.push(hooks.port);
    let thrown = true;
    try {
      control.port1.postMessage({
        type: 'start',
        ...program,
        argv,
        workerData: options.workerData,
        environmentData: state.environmentData,
        port: channel.port2,
        hasStdin: !!options.stdin,
        isInternal: !!options[kInternal],
        hooks,
        reportsLoaded: process.env.WATCH_REPORT_DEPENDENCIES !== undefined && require('internal/modules/watch_report').isOn(),
      }, transfer);
      thrown = false;
    } finally {
      if (thrown) {
        control.port1.close();
        channel.port1.close();
        handle.close();
      }
    }
    handle.onexit = (code, errorCode, message) => this.#exited(code, errorCode, message);
    handle.onanswer = (id, numbers) => {
      const { resolve } = this.#questions.get(id);
      this.#questions.delete(id);
      resolve(numbers);
    };
    require('internal/worker/mail').open();
    const error = handle.start(control.port2[kHandle], {
      argv, execArgv: options.execArgv || undefined, env, limits, name,
    });
    if (error < 0) {
      this.#handle = null;
      control.port1.close();
      channel.port1.close();
      throw new ERR_WORKER_INIT_FAILED(new ErrnoException(error, 'uv_thread_create').code);
    }
    this.threadId = handle.threadId;
    this.#limits = limitsObject(handle.limits());
    this.performance = {
      eventLoopUtilization: (one, other) => {
        if (!this.#online || this.#handle === null) return { idle: 0, active: 0, utilization: 0 };
        const { 0: elapsed, 1: idle } = this.#handle.loopTimes();
        return utilization(elapsed, idle, one, other);
      },
    };
    if (!options[kInternal]) process.nextTick(() => process.emit('worker', this));
  }

  #receive(message) {
    switch (message.type) {
      case 'watch:loaded':
        require('internal/modules/watch_report').report(message.paths);
        break;
      case 'online':
        this.#online = true;
        this.emit('online');
        break;
      case 'error': {
        const { deserializeError } = require('internal/worker/errors');
        this.emit('error', deserializeError(message.error));
        break;
      }
      case 'unserializable error':
        this.emit('error', new ERR_WORKER_UNSERIALIZABLE_ERROR());
        break;
      case 'stdio':
        (message.stream === 'stdout' ? this.#stdout : this.#stderr).take(message.chunks);
        break;
      case 'wants':
        this.#stdin?.wanted();
        break;
    }
  }

  #exited(code, errorCode, message) {
    drainPort(this.#port);
    drainPort(this.#controlPort);
    this.#port.close();
    this.#controlPort.close();
    this.#handle = null;
    this.threadId = -1;
    this.#threadName = null;
    this.#stdout.end();
    this.#stderr.end();
    this.#stdin?.destroy();
    for (const { reject } of this.#questions.values()) reject(new ERR_WORKER_NOT_RUNNING());
    this.#questions.clear();
    if (errorCode !== '') this.emit('error', new codes[errorCode](message));
    this.emit('exit', code);
  }

  get threadName() { return this.#threadName; }
  get stdin() { return this.#stdin; }
  get stdout() { return this.#stdout; }
  get stderr() { return this.#stderr; }
  get resourceLimits() { return this.#handle === null ? {} : { ...this.#limits }; }

  postMessage(...args) {
    if (this.#handle === null) return;
    this.#port.postMessage(...args);
  }

  terminate(callback = undefined) {
    this.ref();
    if (typeof callback === 'function') {
      process.emitWarning('Passing a callback to worker.terminate() is deprecated. It returns a Promise instead.',
                          'DeprecationWarning', 'DEP0132');
      if (this.#handle === null) {
        process.nextTick(callback, null, undefined);
        return Promise.resolve();
      }
      this.once('exit', (code) => callback(null, code));
    }
    if (this.#handle === null) return Promise.resolve();
    this.#handle.stop();
    return new Promise((resolve) => this.once('exit', resolve));
  }
  async [Symbol.asyncDispose]() {
    await this.terminate();
  }

  ref() {
    if (this.#handle === null) return;
    this.#handle.ref();
    this.#port.ref();
  }
  unref() {
    if (this.#handle === null) return;
    this.#handle.unref();
    this.#port.unref();
  }

  #ask(what, ...details) {
    const id = this.#nextQuestion++;
    if (this.#handle === null || !this.#handle.ask(id, what, ...details)) return Promise.reject(new ERR_WORKER_NOT_RUNNING());
    return new Promise((resolve, reject) => this.#questions.set(id, { resolve, reject }));
  }
  getHeapStatistics() {
    return this.#ask('heap').then(heapStatistics);
  }
  getHeapSnapshot(options = undefined) {
    return this.#ask('snapshot', ...snapshotOptions(options)).then(snapshotStream);
  }
  cpuUsage(previous) {
    if (previous) {
      validateObject(previous, 'prev');
      for (const key of ['user', 'system']) {
        const { validateNumber } = require('internal/validators');
        validateNumber(previous[key], `prev.${key}`, 0);
      }
    }
    return this.#ask('cpu').then(({ 0: user, 1: system }) => (
      previous ? { user: user - previous.user, system: system - previous.system } : { user, system }));
  }
}

// The thread that runs hooks of module.register(); `client`: { port, lock } (see internal/modules/hooks_client).
function startHooksThread(client) {
  const thread = new Worker('internal/modules/hooks_thread', {
    [kInternal]: true, name: 'hooks', workerData: client, transferList: [client.port],
  });
  thread.unref();
}

// Everything that is written there goes to the process's own stream, which stays open.
function pipe(from, to) {
  const limit = to.getMaxListeners?.() ?? 0;
  // Each worker listens: many of them are no leak.
  to.setMaxListeners?.(0);
  from.pipe(to, { end: false });
  to.setMaxListeners?.(limit);
}

module.exports = { SHARE_ENV, Worker, startHooksThread };
