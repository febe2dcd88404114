'use strict';

// process.emitWarning() and how warnings are shown. Spec: Node 24, process.md, and --redirect-warnings, --trace-warnings,
// --disable-warning in cli.md.

const {
  ArrayIsArray, ArrayPrototypeIncludes, Error, ErrorCaptureStackTrace, ErrorPrototypeToString, String,
} = primordials;

let disabled;
function disabledWarnings() {
  return disabled ??= require('internal/options').getOptionValue('--disable-warning');
}

let redirectFile;
let redirectFd;
function writeOut(message) {
  redirectFile ??= require('internal/options').getOptionValue('--redirect-warnings') ||
    process.env.NODE_REDIRECT_WARNINGS || '';
  if (redirectFile !== '') {
    const fs = require('fs');
    try {
      if (redirectFd === undefined) {
        redirectFd = fs.openSync(redirectFile, 'a');
        process.on('exit', () => { try { fs.closeSync(redirectFd); } catch { /* the process ends anyway */ } });
      }
      fs.appendFileSync(redirectFd, `${message}\n`);
      return;
    } catch {
      // A file that cannot be written to must not lose the warning.
    }
  }
  writeError(message);
}
function writeError(message) {
  internalBinding('process_methods').writeSync(2, `${message}\n`);
}

let traceHintShown = false;
let traceDeprecationHintShown = false;

function onWarning(warning) {
  const disabledList = disabledWarnings();
  if ((warning?.code && ArrayPrototypeIncludes(disabledList, warning.code)) ||
      (warning?.name && ArrayPrototypeIncludes(disabledList, warning.name))) {
    return;
  }
  if (!(warning instanceof Error)) return;
  const isDeprecation = warning.name === 'DeprecationWarning';
  if (isDeprecation && process.noDeprecation) return;
  const trace = process.traceProcessWarnings || (isDeprecation && process.traceDeprecation);
  let message = `(${process.release?.name ?? 'node'}:${process.pid}) `;
  if (warning.code) message += `[${warning.code}] `;
  if (trace && warning.stack) {
    message += `${warning.stack}`;
  } else {
    message += typeof warning.toString === 'function' ? `${warning.toString()}` : ErrorPrototypeToString(warning);
  }
  if (typeof warning.detail === 'string') message += `\n${warning.detail}`;
  if (!trace) {
    const flag = isDeprecation ? '--trace-deprecation' : '--trace-warnings';
    const shown = isDeprecation ? traceDeprecationHintShown : traceHintShown;
    if (!shown && !traceHintShown && !traceDeprecationHintShown) {
      const argv0 = require('path').basename(process.argv0 || 'node', '.exe');
      message += `\n(Use \`${argv0} ${flag} ...\` to show where the warning was created)`;
      if (isDeprecation) traceDeprecationHintShown = true;
      else traceHintShown = true;
    }
  }
  writeOut(message);
}

function createWarningObject(warning, type, code, ctor, detail) {
  const error = new Error(warning);
  error.name = String(type || 'Warning');
  if (code !== undefined) error.code = code;
  if (detail !== undefined) error.detail = detail;
  ErrorCaptureStackTrace(error, ctor || process.emitWarning);
  return error;
}

function doEmitWarning(warning) {
  process.emit('warning', warning);
}

// process.emitWarning(warning[, options]) or (warning[, type[, code]][, ctor])
function emitWarning(warning, type, code, ctor) {
  // Errors, too: they are checked before anything is suppressed.
  let detail;
  const { validateString } = require('internal/validators');
  if (type !== null && typeof type === 'object' && !ArrayIsArray(type)) {
    ctor = type.ctor;
    code = type.code;
    if (typeof type.detail === 'string') detail = type.detail;
    type = type.type || 'Warning';
  } else if (typeof type === 'function') {
    ctor = type;
    code = '';
    type = 'Warning';
  }
  if (type !== undefined) validateString(type, 'type');
  if (typeof code === 'function') {
    ctor = code;
    code = undefined;
  } else if (code !== undefined) {
    validateString(code, 'code');
  }
  if (typeof warning === 'string') {
    warning = createWarningObject(warning, type, code, ctor, detail);
  } else if (!(warning instanceof Error)) {
    const { codes: { ERR_INVALID_ARG_TYPE } } = require('internal/errors');
    throw new ERR_INVALID_ARG_TYPE('warning', ['Error', 'string'], warning);
  }
  if (warning.name === 'DeprecationWarning') {
    if (process.noDeprecation) return;
    if (process.throwDeprecation) {
      // Not caught by whoever happened to touch the deprecated thing.
      process.nextTick(() => { throw warning; });
      return;
    }
  }
  process.nextTick(doEmitWarning, warning);
}

function emitWarningSync(warning, type, code, ctor) {
  process.emit('warning', createWarningObject(warning, type, code, ctor));
}

module.exports = { emitWarning, emitWarningSync, onWarning };
