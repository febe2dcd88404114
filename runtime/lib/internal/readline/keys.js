'use strict';

// Key presses out of what a terminal sends: plain characters, and the control sequences of xterm, rxvt, the Linux console and
// their kin. https://nodejs.org/api/readline.html#readlineemitkeypresseventsstream-interface

const { StringDecoder } = require('string_decoder');

const kParser = Symbol('keypress parser');
const ESC = '\x1b';
const kEscapeTimeout = 500; // ms after which an escape is a key of its own

// The end of a sequence and what it means; a second word is a modifier.
const names = { __proto__: null };
function rows(text) {
  for (const row of text.trim().split('\n')) {
    const [name, ...codes] = row.trim().split(' ');
    const [key, modifier] = name.split('+').reverse();
    for (const code of codes) names[code] = { name: key, modifier };
  }
}
rows(`
  f1 OP [P [11~ [[A
  f2 OQ [Q [12~ [[B
  f3 OR [R [13~ [[C
  f4 OS [S [14~ [[D
  f5 [15~ [[E
  f6 [17~
  f7 [18~
  f8 [19~
  f9 [20~
  f10 [21~
  f11 [23~
  f12 [24~
  paste-start [200~
  paste-end [201~
  up [A OA
  down [B OB
  right [C OC
  left [D OD
  clear [E OE
  end [F OF [4~ [8~
  home [H OH [1~ [7~
  insert [2~
  delete [3~
  pageup [5~ [[5~
  pagedown [6~ [[6~
  shift+up [a
  shift+down [b
  shift+right [c
  shift+left [d
  shift+clear [e
  shift+insert [2$
  shift+delete [3$
  shift+pageup [5$
  shift+pagedown [6$
  shift+home [7$
  shift+end [8$
  ctrl+up Oa
  ctrl+down Ob
  ctrl+right Oc
  ctrl+left Od
  ctrl+clear Oe
  ctrl+insert [2^
  ctrl+delete [3^
  ctrl+pageup [5^
  ctrl+pagedown [6^
  ctrl+home [7^
  ctrl+end [8^
  shift+tab [Z
`);

function makeKey(sequence) {
  return { sequence, name: undefined, ctrl: false, meta: false, shift: false };
}

// A sequence's bits: 1 shift, 2 and 8 meta, 4 control.
function setModifiers(key, bits) {
  key.ctrl = (bits & 4) !== 0;
  key.meta = (bits & 10) !== 0;
  key.shift = (bits & 1) !== 0;
}

class KeyParser {
  constructor(emit) {
    this.emit = emit;
    this.sequence = '';
    this.escapes = 0;
    this.body = ''; // after the escapes
  }
  get isPending() { return this.escapes > 0; }

  feed(char) {
    if (this.escapes === 0) {
      if (char !== ESC) return this.plain(char, char, false);
      this.escapes = 1;
      this.sequence = char;
      this.body = '';
      return undefined;
    }
    if (this.body === '' && char === ESC) {
      this.escapes++;
      this.sequence += char;
      if (this.escapes === 3) this.flush();
      return undefined;
    }
    this.sequence += char;
    this.body += char;
    if (this.isWhole()) this.finish();
    return undefined;
  }

  // Nothing more came in time.
  flush() {
    if (this.escapes === 0) return;
    const { sequence, body } = this;
    this.escapes = 0;
    this.sequence = '';
    this.body = '';
    if (body === '') {
      const key = makeKey(sequence);
      key.name = 'escape';
      key.meta = true;
      this.emit(undefined, key);
    } else {
      this.named(sequence, body);
    }
  }

  isWhole() {
    const { body } = this;
    if (body[0] === 'O') return body.length > 1 && !/^O[0-9]$/.test(body);
    if (body[0] === '[') {
      if (body.length === 1) return false;
      if (body[1] === '[') return /^\[\[(?:[A-E]|[0-9]~)$/.test(body) || body.length > 4;
      return /[@-Z\\-~$^]$/.test(body.slice(1));
    }
    return true;
  }

  finish() {
    const { sequence, body, escapes } = this;
    this.escapes = 0;
    this.sequence = '';
    this.body = '';
    if (body[0] === 'O' || body[0] === '[') this.named(sequence, body, escapes > 1);
    else this.plain(body, sequence, true);
  }

  named(sequence, body, meta = false) {
    const key = makeKey(sequence);
    let code = body;
    let modifier = 0;
    let match;
    if ((match = /^O([0-9])?(.)$/s.exec(body)) !== null) {
      if (match[1] !== undefined) modifier = match[1] - 1;
      code = `O${match[2]}`;
    } else if ((match = /^\[(\d+)(?:;(\d+))?(?:;\d+)?([~^$])$/.exec(body)) !== null) {
      if (match[2] !== undefined) modifier = match[2] - 1;
      code = `[${match[1]}${match[3]}`;
    } else if ((match = /^\[(?:(\d+);)?(\d+)?([A-Za-z])$/.exec(body)) !== null) {
      if (match[2] !== undefined) modifier = match[2] - 1;
      code = `[${match[3]}`;
    }
    setModifiers(key, modifier);
    if (meta) key.meta = true;
    key.code = code;
    const known = names[code];
    key.name = known?.name ?? 'undefined';
    if (known?.modifier) key[known.modifier] = true;
    this.emit(undefined, key);
  }

  plain(char, sequence, escaped) {
    const key = makeKey(sequence);
    if (char === '\r') {
      key.name = 'return';
      key.meta = escaped;
    } else if (char === '\n') {
      key.name = 'enter';
      key.meta = escaped;
    } else if (char === '\t') {
      key.name = 'tab';
      key.meta = escaped;
    } else if (char === '\b' || char === '\x7f') {
      key.name = 'backspace';
      key.meta = escaped;
    } else if (char === ' ') {
      key.name = 'space';
      key.meta = escaped;
    } else if (!escaped && char <= '\x1a') {
      key.name = String.fromCharCode(char.charCodeAt(0) + 96);
      key.ctrl = true;
    } else if (/^[0-9A-Za-z]$/.test(char)) {
      key.name = char.toLowerCase();
      key.shift = /^[A-Z]$/.test(char);
      key.meta = escaped;
    } else if (escaped) {
      key.meta = true;
    }
    if (key.name !== undefined || escaped) this.emit(escaped ? undefined : char, key);
    else this.emit(char, key);
  }
}

// Makes `stream` emit 'keypress' (text?, key) once somebody listens for it.
function emitKeypressEvents(stream, iface = {}) {
  if (stream[kParser]) return;
  const decoder = new StringDecoder('utf8');
  const parser = stream[kParser] = new KeyParser((text, key) => stream.emit('keypress', text, key));
  let timer;
  const timeout = iface.escapeCodeTimeout ?? kEscapeTimeout;
  const onData = (data) => {
    if (stream.listenerCount('keypress') === 0) {
      stream.removeListener('data', onData);
      stream.on('newListener', onNewListener);
      return;
    }
    const text = typeof data === 'string' ? data : decoder.write(data);
    if (text === '') return;
    clearTimeout(timer);
    let length = 0;
    for (const char of text) {
      length += char.length;
      // The reader tells apart what is typed and what is pasted.
      iface._sawKeyPress = text.length === 1;
      iface.isCompletionEnabled = text.length === 1 || length === text.length;
      try {
        parser.feed(char);
      } catch (error) {
        // A listener threw: the rest is parsed afresh.
        parser.escapes = 0;
        throw error;
      }
    }
    iface.isCompletionEnabled = true;
    if (parser.isPending) timer = setTimeout(() => parser.flush(), timeout);
  };
  function onNewListener(event) {
    if (event !== 'keypress') return;
    stream.on('data', onData);
    stream.removeListener('newListener', onNewListener);
  }
  if (stream.listenerCount('keypress') > 0) stream.on('data', onData);
  else stream.on('newListener', onNewListener);
}

module.exports = { emitKeypressEvents };
