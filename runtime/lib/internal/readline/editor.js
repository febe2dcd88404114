'use strict';

// Editing of a line on a terminal: the keys of GNU readline's default bindings, history and completion.
// https://nodejs.org/api/readline.html#tty-keybindings

const { getStringWidth, stripVTControlCharacters } = require('internal/util/inspect');
const { clearScreenDown, cursorTo, moveCursor } = require('internal/readline/callbacks');

// The start of the word before `at`, or the end of the one after it; words are what \w takes, or else runs of the rest.
function wordStart(line, at) {
  const reversed = [...line.slice(0, at)].reverse().join('');
  return at - /^\s*(?:[^\w\s]+|\w+)?/.exec(reversed)[0].length;
}
function wordEnd(line, at) {
  return at + /^(?:\s+|[^\w\s]+|\w+)\s*/.exec(line.slice(at) || ' ')?.[0].length;
}
function charBefore(line, at) {
  return at >= 2 && line.codePointAt(at - 2) > 0xffff ? 2 : Math.min(1, at);
}
function charAfter(line, at) {
  return line.codePointAt(at) > 0xffff ? 2 : Math.min(1, line.length - at);
}

// The longest text that all begin with.
function commonPrefix(texts) {
  if (texts.length === 0) return '';
  const sorted = texts.toSorted();
  const [first] = sorted;
  const last = sorted[sorted.length - 1];
  let length = 0;
  while (length < first.length && first[length] === last[length]) length++;
  return first.slice(0, length);
}

// Methods that an Interface of a terminal has.
const methods = {
  _setRawMode(mode) {
    const was = this.input.isRaw;
    if (typeof this.input.setRawMode === 'function') this.input.setRawMode(mode);
    return was;
  },

  _columns() { return this.output?.columns > 0 ? this.output.columns : Infinity; },

  // Where the cursor is after `text`, in rows and columns of the terminal.
  _displayPos(text) {
    const columns = this._columns();
    let offset = 0;
    let rows = 0;
    for (const char of stripVTControlCharacters(text)) {
      if (char === '\n') {
        rows += Math.ceil(offset / columns) || 1;
        offset = 0;
      } else if (char === '\t') {
        offset += this.tabSize - (offset % this.tabSize);
      } else {
        const width = getStringWidth(char, false);
        // A wide character does not fit in the last column.
        if (width === 2 && (offset + 1) % columns === 0) offset++;
        offset += width;
      }
    }
    const cols = columns === Infinity ? offset : offset % columns;
    rows += columns === Infinity ? 0 : (offset - cols) / columns;
    return { cols, rows };
  },
  getCursorPos() { return this._displayPos(this._prompt + this.line.slice(0, this.cursor)); },
  _getCursorPos() { return this.getCursorPos(); },

  _refreshLine() {
    const text = this._prompt + this.line;
    const end = this._displayPos(text);
    const at = this.getCursorPos();
    const before = this.prevRows || 0;
    if (before > 0) moveCursor(this.output, 0, -before);
    cursorTo(this.output, 0);
    clearScreenDown(this.output);
    this._writeToOutput(text);
    // A full last row leaves the cursor on it.
    if (end.cols === 0) this._writeToOutput(' ');
    cursorTo(this.output, at.cols);
    const up = end.rows - at.rows;
    if (up > 0) moveCursor(this.output, 0, -up);
    this.prevRows = at.rows;
  },

  _moveCursor(by) {
    if (by === 0) return;
    const from = this.getCursorPos();
    this.cursor = Math.max(0, Math.min(this.line.length, this.cursor + by));
    const to = this.getCursorPos();
    if (from.rows === to.rows) {
      moveCursor(this.output, to.cols - from.cols, 0);
    } else {
      this._refreshLine();
    }
  },

  _insertString(text) {
    this._remember();
    if (this.cursor < this.line.length) {
      this.line = this.line.slice(0, this.cursor) + text + this.line.slice(this.cursor);
      this.cursor += text.length;
      this._refreshLine();
      return;
    }
    const rows = this.getCursorPos().rows;
    this.line += text;
    this.cursor += text.length;
    if (this.getCursorPos().rows > rows) this._refreshLine();
    else this._writeToOutput(text);
  },

  // Takes out what is between two places.
  _cut(from, to, keep = false) {
    if (from >= to) return;
    this._remember();
    if (keep) this._kill(this.line.slice(from, to));
    this.line = this.line.slice(0, from) + this.line.slice(to);
    this.cursor = from;
    this._refreshLine();
  },
  _kill(text) {
    if (this._killRing[0] === text) return;
    this._killRing.unshift(text);
    this._killAt = 0;
    if (this._killRing.length > 32) this._killRing.pop();
  },
  _remember() {
    this._undoStack.push({ text: this.line, cursor: this.cursor });
    if (this._undoStack.length > 2048) this._undoStack.shift();
    this._redoStack.length = 0;
  },
  _swapState(from, to) {
    const state = from.pop();
    if (state === undefined) return;
    to.push({ text: this.line, cursor: this.cursor });
    this.line = state.text;
    this.cursor = state.cursor;
    this._refreshLine();
  },

  _clearLine() {
    this._moveCursor(Infinity);
    this._writeToOutput('\r\n');
    this.line = '';
    this.cursor = 0;
    this.prevRows = 0;
  },

  _acceptLine() {
    const { line } = this;
    this._addHistory(line);
    this._undoStack.length = this._redoStack.length = 0;
    this._clearLine();
    this._onLine(line);
  },

  _addHistory(line) {
    if (line.length === 0 || this.historySize === 0) return;
    // What is only white space is no command.
    if (line.trim().length === 0) return;
    if (this.history.length === 0 || this.history[0] !== line) {
      if (this.removeHistoryDuplicates) {
        const at = this.history.indexOf(line);
        if (at !== -1) this.history.splice(at, 1);
      }
      this.history.unshift(line);
      if (this.history.length > this.historySize) this.history.pop();
    }
    this.historyIndex = -1;
    this._historySearch = null;
    this.emit('history', this.history);
  },

  // Only lines that begin with what was typed are gone through.
  _historyMove(step) {
    const { length } = this.history;
    if (length === 0 || (step > 0 ? this.historyIndex >= length : this.historyIndex < 0)) return;
    if (this.historyIndex === -1) this._historySearch = this.line.slice(0, this.cursor);
    const search = this._historySearch ?? '';
    let index = this.historyIndex + step;
    while (index >= 0 && index < length &&
           (!this.history[index].startsWith(search) || this.line === this.history[index])) index += step;
    // Beyond either end there is what was typed.
    this.historyIndex = index;
    this.line = index === -1 || index === length ? search : this.history[index];
    this.cursor = this.line.length;
    this._refreshLine();
  },

  _tabComplete(again) {
    this.pause();
    const text = this.line.slice(0, this.cursor);
    const done = (error, result) => {
      if (this.closed) return;
      this.resume();
      if (error) {
        this._writeToOutput(`Tab completion error: ${require('internal/util/inspect').inspect(error)}`);
        this._refreshLine();
        return;
      }
      const [completions, completeOn] = result;
      if (!completions || completions.length === 0) return;
      const prefix = commonPrefix(completions.filter((each) => each !== ''));
      if (prefix.startsWith(completeOn) && prefix.length > completeOn.length) {
        this._insertString(prefix.slice(completeOn.length));
        return;
      }
      if (!completeOn.startsWith(prefix)) {
        this.line = this.line.slice(0, this.cursor - completeOn.length) + prefix + this.line.slice(this.cursor);
        this.cursor += prefix.length - completeOn.length;
        this._refreshLine();
        return;
      }
      if (!again) return;
      this._showCompletions(completions);
    };
    if (this.completer.length === 2) this.completer(text, done);
    else Promise.resolve(this.completer(text)).then((result) => done(null, result), (error) => done(error));
  },
  _showCompletions(completions) {
    const widths = completions.map((each) => getStringWidth(each));
    const width = Math.max(...widths) + 2;
    // Where the width is not known each stands on a line of its own.
    const columns = this._columns() === Infinity ? 1 : Math.max(1, Math.floor(this._columns() / width));
    let text = '\r\n';
    let column = 0;
    let blank = '';
    for (let i = 0; i < completions.length; i++) {
      if (completions[i] === '') {
        // Groups are told apart by an empty text.
        text += column > 0 ? '\r\n\r\n' : '\r\n';
        column = 0;
        blank = '';
        continue;
      }
      text += blank + completions[i];
      blank = ' '.repeat(width - widths[i]);
      if (++column >= Math.min(columns, 16)) {
        text += '\r\n';
        column = 0;
        blank = '';
      }
    }
    if (column > 0) text += '\r\n\r\n';
    this._writeToOutput(text);
    this._refreshLine();
  },

  _ttyWrite(text, key = {}) {
    const again = this._lastKey?.name === 'tab' && key.name === 'tab';
    this._lastKey = key;
    const { name } = key;
    if (name === 'escape') return;
    if (!(key.ctrl && ['y', 'p', 'n'].includes(name)) && !(key.meta && name === 'y') && name !== 'up' && name !== 'down') {
      this._historySearch = name === undefined ? this._historySearch : null;
      if (!key.ctrl && !key.meta && text !== undefined) this.historyIndex = -1;
    }
    if (key.ctrl && key.shift) {
      if (name === 'backspace') this._cut(0, this.cursor);
      else if (name === 'delete') this._cut(this.cursor, this.line.length);
      return;
    }
    if (key.sequence === '\x1f') this._swapState(this._undoStack, this._redoStack);
    else if (key.sequence === '\x1e') this._swapState(this._redoStack, this._undoStack);
    else if (key.ctrl) this._onControlKey(name);
    else if (key.meta) this._onMetaKey(name);
    else this._onPlainKey(text, name, again);
  },

  _onControlKey(name) {
    switch (name) {
      case 'c':
        if (this.listenerCount('SIGINT') > 0) this.emit('SIGINT');
        else this.close();
        break;
      case 'h': this._cut(this.cursor - charBefore(this.line, this.cursor), this.cursor); break;
      case 'd':
        if (this.cursor === 0 && this.line.length === 0) this.close();
        else if (this.cursor < this.line.length) this._cut(this.cursor, this.cursor + charAfter(this.line, this.cursor));
        break;
      case 'u': this._cut(0, this.cursor, true); break;
      case 'k': {
        const at = this.cursor;
        this._cut(at, this.line.length, true);
        break;
      }
      case 'a': this._moveCursor(-Infinity); break;
      case 'e': this._moveCursor(Infinity); break;
      case 'b': this._moveCursor(-charBefore(this.line, this.cursor)); break;
      case 'f': this._moveCursor(charAfter(this.line, this.cursor)); break;
      case 'l':
        cursorTo(this.output, 0, 0);
        clearScreenDown(this.output);
        this.prevRows = 0;
        this._refreshLine();
        break;
      case 'n': this._historyMove(-1); break;
      case 'p': this._historyMove(1); break;
      case 'y': if (this._killRing.length > 0) this._insertString(this._killRing[this._killAt]); break;
      case 'z':
        if (process.platform === 'win32') break;
        if (this.listenerCount('SIGTSTP') > 0) {
          this.emit('SIGTSTP');
          break;
        }
        process.once('SIGCONT', () => {
          // Stopped and brought back: the line is drawn anew.
          if (!this.paused) {
            this.pause();
            this.emit('SIGCONT');
          }
          this._setRawMode(true);
          this._refreshLine();
        });
        this._setRawMode(false);
        process.kill(process.pid, 'SIGTSTP');
        break;
      case 'w':
      case 'backspace': this._cut(wordStart(this.line, this.cursor), this.cursor, true); break;
      case 'delete': this._cut(this.cursor, wordEnd(this.line, this.cursor), true); break;
      case 'left': this._moveCursor(wordStart(this.line, this.cursor) - this.cursor); break;
      case 'right': this._moveCursor(wordEnd(this.line, this.cursor) - this.cursor); break;
    }
  },

  _onMetaKey(name) {
    switch (name) {
      case 'b': this._moveCursor(wordStart(this.line, this.cursor) - this.cursor); break;
      case 'f': this._moveCursor(wordEnd(this.line, this.cursor) - this.cursor); break;
      case 'd':
      case 'delete': this._cut(this.cursor, wordEnd(this.line, this.cursor), true); break;
      case 'backspace': this._cut(wordStart(this.line, this.cursor), this.cursor, true); break;
      case 'y': {
        // In place of what was put back: what was cut before it.
        if (this._killRing.length < 2) break;
        const last = this._killRing[this._killAt];
        if (!this.line.slice(0, this.cursor).endsWith(last)) break;
        this._killAt = (this._killAt + 1) % this._killRing.length;
        const start = this.cursor - last.length;
        this.line = this.line.slice(0, start) + this._killRing[this._killAt] + this.line.slice(this.cursor);
        this.cursor = start + this._killRing[this._killAt].length;
        this._refreshLine();
        break;
      }
    }
  },

  _onPlainKey(text, name, again) {
    // A \n right after a \r belongs to it.
    if (this._sawReturnAt && name !== 'enter') this._sawReturnAt = 0;
    switch (name) {
      case 'return':
        this._sawReturnAt = Date.now();
        this._acceptLine();
        break;
      case 'enter':
        if (this._sawReturnAt === 0 || Date.now() - this._sawReturnAt > this.crlfDelay) this._acceptLine();
        this._sawReturnAt = 0;
        break;
      case 'backspace': this._cut(this.cursor - charBefore(this.line, this.cursor), this.cursor); break;
      case 'delete': {
        const at = this.cursor;
        this._cut(at, at + charAfter(this.line, at));
        break;
      }
      case 'left': this._moveCursor(-charBefore(this.line, this.cursor)); break;
      case 'right': this._moveCursor(charAfter(this.line, this.cursor)); break;
      case 'home': this._moveCursor(-Infinity); break;
      case 'end': this._moveCursor(Infinity); break;
      case 'up': this._historyMove(1); break;
      case 'down': this._historyMove(-1); break;
      case 'tab':
        if (typeof this.completer === 'function' && this.isCompletionEnabled) {
          this._tabComplete(again);
          break;
        }
        this._insertString('\t');
        break;
      default:
        if (typeof text === 'string' && text !== '') {
          // Pasted text may have line ends in it.
          const lines = text.split(/\r\n|\n|\r/);
          lines.forEach((line, index) => {
            if (index > 0) this._acceptLine();
            if (line !== '') this._insertString(line);
          });
        }
    }
  },
};

// Turns an Interface into one that edits.
function setUpEditor(iface) {
  Object.assign(iface, {
    cursor: 0, historyIndex: -1, prevRows: 0, isCompletionEnabled: true,
    _historySearch: null, _killAt: 0, _killRing: [], _lastKey: null, _redoStack: [], _undoStack: [],
  });
  for (const name of Object.keys(methods)) iface[name] ??= methods[name];
  for (const name of ['getCursorPos']) iface[name] = methods[name];
  iface._setRawMode(true);
  iface.terminal = true;
  const onResize = () => iface._refreshLine();
  if (iface.output != null && typeof iface.output.on === 'function') iface.output.on('resize', onResize);
  iface._onKey = (text, key) => iface._ttyWrite(text, key);
  require('internal/readline/keys').emitKeypressEvents(iface.input, iface);
  iface.input.on('keypress', iface._onKey);
  iface.once('close', () => {
    iface.input.removeListener('keypress', iface._onKey);
    iface.output?.removeListener?.('resize', onResize);
    iface._setRawMode(false);
  });
}

module.exports = { setUpEditor };
