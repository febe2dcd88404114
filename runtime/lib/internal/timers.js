'use strict';

// Timers of one duration share a list, in the order in which they expire; the lists are in a heap by expiry, and one libuv timer
// serves all of them. Starting, refreshing and clearing a timer is O(1) but for the first of a duration.

const {
  setupTimers, scheduleTimer, toggleTimerRef, toggleImmediateRef, getLibuvNow, immediateInfo, timerInfo,
} = internalBinding('timers');
const { get: getFrame, set: setFrame } = internalBinding('async_context');
const PriorityQueue = require('internal/priority_queue');
const { SafeMap, MathTrunc, MathMax, ReflectApply, SymbolToPrimitive, SymbolDispose } = primordials;
const inspectCustom = Symbol.for('nodejs.util.inspect.custom');

// immediateInfo
const kCount = 0;
const kRefCount = 1;
const kHasOutstanding = 2;

const kMaxDelay = 2 ** 31 - 1;
const kRefed = Symbol('refed');
const kHasPrimitive = Symbol('kHasPrimitive');
const kResource = Symbol('kResource');
const kFrame = Symbol('kFrame');
const kAsyncId = Symbol('asyncId');
const kTriggerId = Symbol('triggerId');

let nextExpiry = Infinity;
let timerListId = Number.MIN_SAFE_INTEGER;
const lists = new SafeMap(); // duration in ms -> TimersList
const heap = new PriorityQueue(
  (a, b) => a.expiry - b.expiry || a.id - b.id,
  (list, position) => { list.position = position; });
const knownById = new SafeMap(); // ids given out as numbers

// async_hooks puts {init(resource, type), before(resource), after(resource), destroy(resource)} here while a hook is enabled.
let hooks;
let nextAsyncId = () => ++lastTimerId;
function setTimerHooks(value, newAsyncId) {
  hooks = value;
  nextAsyncId = newAsyncId;
}
let lastTimerId = 0;
const kUntracked = -1; // the id of what hooks are not told about

class TimersList {
  constructor(expiry, duration) {
    this._idleNext = this;
    this._idlePrev = this;
    this.expiry = expiry;
    this.id = timerListId++;
    this.duration = duration;
    this.position = 0;
  }

  [inspectCustom](depth, options) {
    return require('internal/util/inspect').inspect(this, { ...options, depth: 0, customInspect: false });
  }
}

function append(list, item) {
  if (item._idleNext) remove(item);
  item._idleNext = list;
  item._idlePrev = list._idlePrev;
  list._idlePrev._idleNext = item;
  list._idlePrev = item;
}

function remove(item) {
  if (item._idleNext) item._idleNext._idlePrev = item._idlePrev;
  if (item._idlePrev) item._idlePrev._idleNext = item._idleNext;
  item._idleNext = null;
  item._idlePrev = null;
}

function addReference() {
  if (timerInfo[0]++ === 0) toggleTimerRef(true);
}
function dropReference() {
  if (--timerInfo[0] === 0) toggleTimerRef(false);
}

class Timeout {
  constructor(callback, after, args, isRepeat, isRefed) {
    if (after === undefined) {
      after = 1;
    } else {
      after *= 1; // strings that are numbers count
    }
    if (!(after >= 1 && after <= kMaxDelay)) {
      if (after > kMaxDelay) {
        process.emitWarning(`${after} does not fit into a 32-bit signed integer.\nTimeout duration was set to 1.`, 'TimeoutOverflowWarning');
      } else if (after < 0 && !warnedNegative) {
        warnedNegative = true;
        process.emitWarning(`${after} is a negative number.\nTimeout duration was set to 1.`, 'TimeoutNegativeWarning');
      } else if (Number.isNaN(after) && !warnedNotNumber) {
        warnedNotNumber = true;
        process.emitWarning(`${after} is not a number.\nTimeout duration was set to 1.`, 'TimeoutNaNWarning');
      }
      after = 1;
    }
    this._idleTimeout = after;
    this._idlePrev = this;
    this._idleNext = this;
    this._idleStart = null;
    // Set after construction in shape, so that all timers share one hidden class.
    this._onTimeout = null;
    this._onTimeout = callback;
    this._timerArgs = args;
    this._repeat = isRepeat ? after : null;
    this._destroyed = false;
    if (isRefed) addReference();
    this[kRefed] = isRefed;
    this[kHasPrimitive] = false;
    this[kFrame] = getFrame();
    this[kAsyncId] = 0;
    this[kTriggerId] = 0;
    hooks?.init(this, 'Timeout');
  }

  [inspectCustom](depth, options) {
    return require('internal/util/inspect').inspect(this, { ...options, depth: 0, customInspect: false });
  }

  // Starts the duration again, without making a new timer.
  refresh() {
    if (this[kRefed]) active(this);
    else unrefActive(this);
    return this;
  }

  unref() {
    if (this[kRefed]) {
      this[kRefed] = false;
      if (!this._destroyed) dropReference();
    }
    return this;
  }

  ref() {
    if (this[kRefed] === false) {
      this[kRefed] = true;
      if (!this._destroyed) addReference();
    }
    return this;
  }

  hasRef() {
    return this[kRefed];
  }

  close() {
    require('timers').clearTimeout(this);
    return this;
  }

  [SymbolDispose]() {
    require('timers').clearTimeout(this);
  }

  [SymbolToPrimitive]() {
    if (!this[kHasPrimitive]) {
      this[kHasPrimitive] = true;
      if (this[kAsyncId] === 0) this[kAsyncId] = nextAsyncId();
      knownById.set(this[kAsyncId], this);
    }
    return this[kAsyncId];
  }
}
let warnedNegative = false;
let warnedNotNumber = false;

function active(item) {
  insertGuarded(item, true);
}
function unrefActive(item) {
  insertGuarded(item, false);
}

function insertGuarded(item, isRefed, start) {
  const duration = item._idleTimeout;
  if (duration < 0 || duration === undefined) return;
  insert(item, duration, start);
  if (item._destroyed || item[kRefed] === undefined) {
    const isNew = item[kRefed] === undefined;
    item._destroyed = false;
    if (isNew) item[kRefed] = isRefed;
    if (isRefed) addReference();
    hooks?.init(item, 'Timeout');
  }
}

function insert(item, duration, start = getLibuvNow()) {
  item._idleStart = start;
  duration = MathTrunc(duration);
  let list = lists.get(duration);
  if (list === undefined) {
    const expiry = start + duration;
    list = new TimersList(expiry, duration);
    lists.set(duration, list);
    heap.insert(list);
    if (nextExpiry > expiry) {
      scheduleTimer(duration);
      nextExpiry = expiry;
    }
  }
  append(list, item);
}

// Takes a timer out of its list for good.
function unenroll(item) {
  if (item._destroyed) return;
  item._destroyed = true;
  if (item[kHasPrimitive]) knownById.delete(item[kAsyncId]);
  hooks?.destroy(item);
  const listHead = item._idlePrev;
  const wasLast = listHead !== null && listHead === item._idleNext;
  remove(item);
  if (item[kRefed]) {
    // The list is dropped at once when this was its only timer and nothing is being run from it.
    if (wasLast && listHead instanceof TimersList) {
      const list = lists.get(MathTrunc(item._idleTimeout));
      if (list !== undefined && list === listHead) {
        heap.removeAt(list.position);
        lists.delete(list.duration);
        if (heap.size > 0) {
          nextExpiry = heap.peek().expiry;
          scheduleTimer(MathMax(1, nextExpiry - getLibuvNow()));
        }
      }
    }
    dropReference();
  }
  // A timer that is cleared inside its own callback must not be started again.
  item._idleTimeout = -1;
}

function enroll(item, msecs) {
  if (item._idleNext) unenroll(item);
  item._idleNext = item._idlePrev = item;
  item._idleTimeout = msecs;
}

let immediateQueue = { head: null, tail: null };
const outstanding = { head: null, tail: null };

class Immediate {
  constructor(callback, args) {
    this._idleNext = null;
    this._idlePrev = null;
    this._onImmediate = callback;
    this._argv = args;
    this._destroyed = false;
    this[kRefed] = false;
    this[kFrame] = getFrame();
    this[kAsyncId] = 0;
    this[kTriggerId] = 0;
    hooks?.init(this, 'Immediate');
    this.ref();
    immediateInfo[kCount]++;
    appendImmediate(immediateQueue, this);
  }

  ref() {
    if (this[kRefed] === false && !this._destroyed) {
      this[kRefed] = true;
      if (immediateInfo[kRefCount]++ === 0) toggleImmediateRef(true);
    }
    return this;
  }

  unref() {
    if (this[kRefed] === true) {
      this[kRefed] = false;
      if (--immediateInfo[kRefCount] === 0) toggleImmediateRef(false);
    }
    return this;
  }

  hasRef() {
    return !!this[kRefed];
  }

  [SymbolDispose]() {
    clearImmediate(this);
  }
}

function appendImmediate(queue, item) {
  if (queue.tail !== null) {
    queue.tail._idleNext = item;
    item._idlePrev = queue.tail;
  } else {
    queue.head = item;
  }
  queue.tail = item;
}

function removeImmediate(queue, item) {
  if (item._idleNext) item._idleNext._idlePrev = item._idlePrev;
  if (item._idlePrev) item._idlePrev._idleNext = item._idleNext;
  if (item === queue.head) queue.head = item._idleNext;
  if (item === queue.tail) queue.tail = item._idlePrev;
  item._idleNext = null;
  item._idlePrev = null;
}

function clearImmediate(immediate) {
  if (!immediate || immediate._destroyed || !(immediate instanceof Immediate)) return;
  immediateInfo[kCount]--;
  immediate._destroyed = true;
  if (immediate[kRefed] && --immediateInfo[kRefCount] === 0) toggleImmediateRef(false);
  immediate[kRefed] = null;
  hooks?.destroy(immediate);
  immediate._onImmediate = null;
  removeImmediate(immediateQueue, immediate);
}

// For the hooks themselves: an immediate that no hook sees and that does not keep the loop alive.
function setPlainImmediate(callback) {
  const outer = hooks;
  hooks = undefined;
  const immediate = new Immediate(callback, undefined);
  hooks = outer;
  immediate[kAsyncId] = kUntracked;
  immediate.unref();
}

let runNextTicks;

// Runs the immediates that were queued before this turn. When one throws, those behind it are kept in `outstanding` and the core
// calls again after the error was reported.
function processImmediate() {
  hooks?.beforeImmediates();
  const resumed = outstanding.head !== null;
  const queue = resumed ? outstanding : immediateQueue;
  let immediate = queue.head;
  if (!resumed) immediateQueue = { head: null, tail: null };
  immediateInfo[kHasOutstanding] = 1;
  let ran = false;
  while (immediate !== null) {
    if (ran) runNextTicks();
    if (immediate._destroyed) {
      immediate = immediate._idleNext;
      continue;
    }
    immediate._destroyed = true;
    immediateInfo[kCount]--;
    if (immediate[kRefed] && --immediateInfo[kRefCount] === 0) toggleImmediateRef(false);
    immediate[kRefed] = null;
    ran = true;
    const outer = getFrame();
    setFrame(immediate[kFrame]);
    let threw = true;
    try {
      hooks?.before(immediate);
      const args = immediate._argv;
      if (args === undefined) immediate._onImmediate();
      else ReflectApply(immediate._onImmediate, immediate, args);
      threw = false;
    } finally {
      immediate._onImmediate = null;
      // What was thrown is reported in the frame of what threw; that ends with the report.
      if (!threw) {
        setFrame(outer);
        hooks?.after(immediate);
      }
      hooks?.destroy(immediate);
      if (threw) {
        // The rest is what comes behind this one.
        outstanding.head = immediate._idleNext;
        if (outstanding.head === null) immediateInfo[kHasOutstanding] = 0;
      }
    }
    immediate = immediate._idleNext;
  }
  outstanding.head = null;
  immediateInfo[kHasOutstanding] = 0;
}

// Runs what has expired at `now`; returns when the next expires: 0 for never, negative when nothing then needs the loop alive.
function processTimers(now) {
  nextExpiry = Infinity;
  let list;
  let ranAList = false;
  while ((list = heap.peek()) !== undefined) {
    if (list.expiry > now) {
      now = getLibuvNow();
      if (list.expiry > now) {
        nextExpiry = list.expiry;
        return timerInfo[0] > 0 ? nextExpiry : -nextExpiry;
      }
    }
    if (ranAList) runNextTicks();
    else ranAList = true;
    listOnTimeout(list, now);
  }
  return 0;
}

function listOnTimeout(list, now) {
  const duration = list.duration;
  let ranATimer = false;
  let timer;
  while ((timer = list._idleNext) !== list && timer !== null) {
    const elapsed = now - timer._idleStart;
    if (elapsed < duration) {
      list.expiry = MathMax(timer._idleStart + duration, now + 1);
      list.id = timerListId++;
      heap.percolateDown(list.position);
      return;
    }
    if (ranATimer) runNextTicks();
    else ranATimer = true;
    // A tick may have cleared or moved it.
    if (list._idleNext !== timer) continue;
    remove(timer);
    if (timer._onTimeout === null || timer._onTimeout === undefined) {
      if (!timer._destroyed) {
        timer._destroyed = true;
        if (timer[kRefed]) dropReference();
        hooks?.destroy(timer);
      }
      continue;
    }
    let start;
    if (timer._repeat) start = getLibuvNow();
    const outer = getFrame();
    if (timer[kFrame] !== undefined || outer !== undefined) setFrame(timer[kFrame]);
    let threw = true;
    try {
      hooks?.before(timer);
      const args = timer._timerArgs;
      if (args === undefined) timer._onTimeout();
      else ReflectApply(timer._onTimeout, timer, args);
      threw = false;
    } finally {
      if (!threw) {
        setFrame(outer);
        hooks?.after(timer);
      }
      if (timer._repeat && timer._idleTimeout !== -1) {
        timer._idleTimeout = timer._repeat;
        insert(timer, timer._idleTimeout, start);
      } else if (!timer._idleNext && !timer._idlePrev && !timer._destroyed) {
        if (timer[kHasPrimitive]) knownById.delete(timer[kAsyncId]);
        timer._destroyed = true;
        if (timer[kRefed]) dropReference();
        hooks?.destroy(timer);
      }
    }
  }
  // The list ran empty, unless a callback put something in again under the same duration.
  if (list === lists.get(duration)) {
    lists.delete(duration);
    heap.removeAt(list.position);
  }
}

function getTimerDuration(msecs, name) {
  const { validateNumber } = require('internal/validators');
  validateNumber(msecs, name);
  if (msecs < 0 || !Number.isFinite(msecs)) {
    const { codes: { ERR_OUT_OF_RANGE } } = require('internal/errors');
    throw new ERR_OUT_OF_RANGE(name, 'a non-negative finite number', msecs);
  }
  if (msecs > kMaxDelay) {
    process.emitWarning(`${msecs} does not fit into a 32-bit signed integer.\nTimer duration was truncated to ${kMaxDelay}.`, 'TimeoutOverflowWarning');
    return kMaxDelay;
  }
  return msecs;
}

function setup() {
  runNextTicks = require('internal/process/task_queues').runNextTicks;
  setupTimers(processImmediate, processTimers);
}

module.exports = {
  setup, setTimerHooks, setPlainImmediate, kUntracked, lastTimerId: () => lastTimerId, Timeout, Immediate, clearImmediate, insert, insertGuarded, active, unrefActive, unenroll, enroll, knownById,
  getTimerDuration, setUnrefTimeout, kTimeout: Symbol('timeout'), kRefed, kHasPrimitive, kAsyncId, kTriggerId, kResource,
  TIMEOUT_MAX: kMaxDelay, timerListQueue: heap, immediateQueue: () => immediateQueue,
};

// A timer for internal use that does not keep the loop alive.
function setUnrefTimeout(callback, after) {
  const timer = new Timeout(callback, after, undefined, false, false);
  insert(timer, timer._idleTimeout);
  return timer;
}
