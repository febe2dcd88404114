'use strict';

// `node --watch program [arguments]`: runs the program in a process of its own, again whenever a file that it loaded (or
// that is below --watch-path) changes. Spec: Node 24, cli.md, "--watch".

const { getOptionValue } = require('internal/options');
const { spawn } = require('child_process');
const { once } = require('events');
const { dirname, resolve } = require('path');
const { clearTimeout, setTimeout } = require('timers');
const { inspect } = require('internal/util/inspect');
const { FolderWatcher } = require('internal/watch_folders');

const kQuiet = 200; // ms; editors write a file in several steps, of which each is told
const kPatience = 1000; // ms until it is said that the program takes its time to end

const killSignal = getOptionValue('--watch-kill-signal') || 'SIGTERM';
if (internalBinding('constants').os.signals[killSignal] === undefined) {
  const { codes: { ERR_UNKNOWN_SIGNAL } } = require('internal/errors');
  throw new ERR_UNKNOWN_SIGNAL(killSignal);
}
const roots = getOptionValue('--watch-path').map((path) => resolve(path));
const envFiles = [...getOptionValue('--env-file'), ...getOptionValue('--env-file-if-exists')].map((path) => resolve(path));
const command = process.argv.slice(1);
const shownCommand = inspect(command.join(' '));
const childArguments = [...optionsOfProgram(process.execArgv), ...command];

// Our options without those that are about watching, and their values.
function optionsOfProgram(given) {
  const kept = [];
  for (let i = 0; i < given.length; i++) {
    const name = given[i].split('=', 1)[0].replaceAll('_', '-');
    if (name !== '--no-watch' && !name.startsWith('--watch')) {
      kept.push(given[i]);
    } else if (!given[i].includes('=') && (name === '--watch-path' || name === '--watch-kill-signal')) {
      i++;
    }
  }
  return kept;
}

const colors = require('internal/util/colors');
colors.refresh();
const { blue, clear, green, red, white } = colors;
const clearScreen = getOptionValue('--watch-preserve-output') ? '' : clear;
function say(color, text) { process.stdout.write(`${color}${text}${color === '' ? '' : white}\n`); }

let child;
let exited; // promise of {code, signal}
let isEnding = false;
let loaded;
let folders;

function watchFiles() {
  folders?.close();
  loaded = new Set();
  folders = new FolderWatcher(onChange);
  for (const root of roots) folders.add(root, true);
  if (roots.length === 0 && command.length > 0) addFile(resolve(command[0]));
  for (const file of envFiles) addFile(file);
}
function addFile(path) {
  if (loaded.has(path)) return;
  loaded.add(path);
  folders.add(dirname(path));
}

let timer;
function onChange(path) {
  const isBelow = roots.some((root) => path === root || path.startsWith(`${root}/`));
  if (!isBelow && !loaded.has(path)) return;
  if (timer !== undefined) return;
  timer = setTimeout(() => { timer = undefined; }, kQuiet);
  process.stdout.write(`Change detected in ${inspect(path)}\n`);
  restart();
}

function start() {
  child = spawn(process.execPath, childArguments, {
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    env: { ...process.env, WATCH_REPORT_DEPENDENCIES: '1' },
  });
  const started = child;
  exited = once(child, 'exit').then(([code, signal]) => ({ code, signal }));
  child.on('message', (message) => {
    const paths = message?.['watch:loaded'];
    if (paths !== undefined) {
      if (roots.length === 0) for (const path of paths) addFile(path);
    } else if (process.send !== undefined) {
      process.send(message);
    }
  });
  exited.then(({ code }) => {
    if (isEnding || started.isStopped) return;
    started.isOver = true;
    const outcome = `running ${shownCommand}. Waiting for file changes before restarting...`;
    if (code === 0) say(blue, `Completed ${outcome}`);
    else say(red, `Failed ${outcome}`);
  });
  return child;
}

async function stop() {
  if (child.isOver) return;
  child.isStopped = true;
  let isSlow = false;
  const patience = setTimeout(() => {
    isSlow = true;
    say(blue, 'Waiting for graceful termination...');
  }, kPatience);
  child.kill(killSignal);
  await exited;
  clearTimeout(patience);
  if (isSlow) say(green, `Gracefully restarted ${shownCommand}`);
}

let isRestarting = false;
let isWanted = false;
async function restart() {
  if (isRestarting) {
    isWanted = true;
    return;
  }
  isRestarting = true;
  do {
    isWanted = false;
    process.stdout.write(clearScreen);
    say(green, `Restarting ${shownCommand}`);
    await stop();
    if (isEnding) return;
    watchFiles();
    start();
  } while (isWanted);
  isRestarting = false;
}

// The program ends first, with the signal that we were given.
for (const signal of ['SIGTERM', 'SIGINT']) {
  process.on(signal, async () => {
    if (isEnding) return;
    isEnding = true;
    folders.close();
    if (child.exitCode === null && child.signalCode === null) {
      child.kill(signal);
      const { code } = await exited;
      process.exit(code ?? 0);
    }
    process.exit(0);
  });
}
if (process.send !== undefined) {
  process.on('message', (message) => { if (child.connected) child.send(message); });
  // A parent that has gone away does not end the program; it is watched on.
  process.channel?.unref();
}

watchFiles();
start();
