'use strict';

// How util.inspect shows errors.

const { ErrorPrototypeToString, RegExpPrototypeExec, StringPrototypeIncludes } = primordials;
const { isError } = require('internal/util');

const kBuiltinFrame = /^ {4}at (?:[^/\\(]+ \(|)node:(.+):\d+:\d+(?:\)|$)/;
const kNodeModules = /([/\\]node_modules[/\\])([^/\\]+(?:(?<=@[^/\\]*)[/\\][^/\\]+)?)(?=[/\\])/g;

function stackOf(error) {
  if (error.stack) {
    if (typeof error.stack === 'string') return error.stack;
    return undefined;
  }
  return ErrorPrototypeToString(error);
}

// The longest run of frames that two stacks share: {length, at}, `at` in the first.
function sharedFrames(a, b) {
  for (let i = 0; i < a.length - 3; i++) {
    const at = b.indexOf(a[i]);
    if (at === -1) continue;
    const rest = b.length - at;
    if (rest > 3) {
      let length = 1;
      const most = Math.min(a.length - i, rest);
      while (length < most && a[i + length] === b[at + length]) length++;
      if (length > 3) return { length, at: i };
    }
  }
  return { length: 0, at: 0 };
}

function framesOf(inspector, error, stack) {
  const frames = stack.split('\n');
  let cause;
  try {
    ({ cause } = error);
  } catch {
    // A getter that throws.
  }
  if (cause != null && isError(cause)) {
    const causeStack = stackOf(cause);
    const start = typeof causeStack === 'string' ? causeStack.indexOf('\n    at') : -1;
    if (start !== -1) {
      const { length, at } = sharedFrames(frames, causeStack.slice(start + 1).split('\n'));
      if (length > 3) {
        const skipped = length - 2;
        frames.splice(at + 1, skipped,
          inspector.stylize(`    ... ${skipped} lines matching cause stack trace ...`, 'undefined'));
      }
    }
  }
  return frames;
}

// The stack begins with the class's name, also where a subclass forgot to set one.
function improve(stack, constructor, name, tag) {
  let length = name.length;
  if (typeof name !== 'string') {
    stack = stack.replace(`${name}`, `${name} [${(constructor ?? 'Error')}]`);
  }
  if (constructor === null || (name.endsWith('Error') && stack.startsWith(name) &&
      (stack.length === length || stack[length] === ':' || stack[length] === '\n'))) {
    let fallback = 'Error';
    if (constructor === null) {
      const start = RegExpPrototypeExec(/^([A-Z][a-z_ A-Z0-9[\]()-]+)(?::|\n\s+at)/, stack) ||
        RegExpPrototypeExec(/^([a-z_A-Z0-9-]*Error)$/, stack);
      fallback = (start && start[1]) || '';
      length = fallback.length;
      fallback ||= 'Error';
    }
    const tagPart = tag !== '' && fallback !== tag ? ` [${tag}]` : '';
    const prefix = constructor === null ? `[${fallback}: null prototype]${tagPart}` :
      `${constructor}${tag !== '' && constructor !== tag ? ` [${tag}]` : ''}`;
    if (name !== prefix) {
      if (prefix.includes(name)) {
        stack = length === 0 ? `${prefix}: ${stack}` : `${prefix}${stack.slice(length)}`;
      } else {
        stack = `${prefix} [${name}]${stack.slice(length)}`;
      }
    }
  }
  return stack;
}

// Properties that the stack shows already are not listed again; a cause and errors always are.
function pickKeys(inspector, keys, error, stack) {
  if (!inspector.showHidden && keys.length !== 0) {
    for (const name of ['name', 'message', 'stack']) {
      const at = keys.indexOf(name);
      if (at === -1) continue;
      let value;
      try { value = error[name]; } catch { continue; }
      if (typeof value !== 'string' || StringPrototypeIncludes(stack, value)) keys.splice(at, 1);
    }
  }
  if ('cause' in error && !keys.includes('cause')) keys.push('cause');
  let list = false;
  try { list = Array.isArray(error.errors); } catch { /* a getter that throws */ }
  if (list && !keys.includes('errors')) keys.push('errors');
}

function cwdOrNothing() {
  try {
    return process.cwd();
  } catch {
    return undefined;
  }
}

function colourFrame(inspector, line, cwd) {
  const builtin = RegExpPrototypeExec(kBuiltinFrame, line);
  if (builtin !== null && require('internal/bootstrap/realm').hasBuiltin(builtin[1])) {
    return inspector.stylize(line, 'undefined');
  }
  line = line.replace(kNodeModules, (_, before, name) => `${before}${inspector.stylize(name, 'module')}`);
  if (cwd !== undefined) {
    let at = line.indexOf(cwd);
    if (at === -1) {
      const url = require('internal/url').pathToFileURL(cwd).href;
      at = line.indexOf(url);
      if (at !== -1) cwd = url;
    }
    if (at !== -1) {
      // Parentheses around a place are as faint as the folder.
      const start = line[at - 1] === '(' ? at - 1 : at;
      const end = at + cwd.length + 1;
      let rest = line.slice(end);
      if (start !== at && rest.endsWith(')')) rest = `${rest.slice(0, -1)}${inspector.stylize(')', 'undefined')}`;
      line = `${line.slice(0, start)}${inspector.stylize(line.slice(start, end), 'undefined')}${rest}`;
    }
  }
  return line;
}

// The stack of `error` in `inspector`'s layout; takes out of `keys` what it shows.
function formatError(inspector, error, constructor, tag, keys) {
  let name;
  let message;
  let stack;
  try { name = error.name != null ? `${error.name}` : 'Error'; } catch { name = 'Error'; }
  try { message = error.message; } catch { message = undefined; }
  try { stack = stackOf(error); } catch { stack = undefined; }
  if (stack === undefined) {
    // Something else was put in the stack's place.
    try { stack = ErrorPrototypeToString(error); } catch { stack = `${name}`; }
    let shown;
    try { shown = error.stack; } catch { /* a getter that throws */ }
    if (shown) {
      inspector.seen.push(error);
      stack += `\n${inspector.value(shown, NaN)}`.replaceAll('\n', '\n    ');
      inspector.seen.pop();
    }
    pickKeys(inspector, keys, error, stack);
    const at = keys.indexOf('stack');
    if (at !== -1) keys.splice(at, 1);
  } else {
    pickKeys(inspector, keys, error, stack);
  }
  stack = improve(stack, constructor, name, tag);
  let from = (message && typeof message === 'string' && stack.indexOf(message)) || -1;
  if (from !== -1) from += message.length;
  const start = stack.indexOf('\n    at', from);
  if (start === -1) {
    stack = `[${stack}]`;
  } else {
    let text = stack.slice(0, start);
    const frames = framesOf(inspector, error, stack.slice(start + 1));
    if (inspector.colors) {
      const cwd = cwdOrNothing();
      for (const line of frames) text += `\n${colourFrame(inspector, line, cwd)}`;
    } else {
      text += `\n${frames.join('\n')}`;
    }
    stack = text;
  }
  if (inspector.indentationLvl !== 0) stack = stack.replaceAll('\n', `\n${' '.repeat(inspector.indentationLvl)}`);
  return stack;
}

module.exports = { formatError, stackOf };
