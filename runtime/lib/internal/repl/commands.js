'use strict';

// The commands of a REPL that begin with a dot. https://nodejs.org/api/repl.html#commands-and-special-keys

const fs = require('fs');
const path = require('path');

const help = {
  break: 'Sometimes you get stuck, this gets you out',
  clear: 'Break, and also clear the local context',
  clearGlobal: 'Alias for .break',
  exit: 'Exit the REPL',
  help: 'Print this help message',
  save: 'Save all evaluated commands in this REPL session to a file',
  load: 'Load JS from a file into the REPL session',
  editor: 'Enter editor mode',
};

function helpText(repl) {
  const names = Object.keys(repl.commands).toSorted();
  const width = Math.max(...names.map((name) => name.length));
  let text = '';
  for (const name of names) {
    const { help: about } = repl.commands[name];
    text += `.${name}${about ? `${' '.repeat(width - name.length + 3)}${about}` : ''}\n`;
  }
  return `${text}\nPress Ctrl+C to abort current expression, Ctrl+D to exit the REPL\n`;
}

// `leaveEditor`: ends editor mode; `load`: runs text as if it were typed, without echo.
function defineCommands(repl, { enterEditor, load }) {
  const say = (text) => repl.output.write(text);
  repl.defineCommand('break', {
    help: help.break,
    action() {
      this.clearBufferedCommand();
      this.displayPrompt();
    },
  });
  repl.defineCommand('clear', {
    help: repl.useGlobal ? help.clearGlobal : help.clear,
    action() {
      this.clearBufferedCommand();
      if (!this.useGlobal) {
        say('Clearing context...\n');
        this.resetContext();
      }
      this.displayPrompt();
    },
  });
  repl.defineCommand('exit', { help: help.exit, action() { this.close(); } });
  repl.defineCommand('help', {
    help: help.help,
    action() {
      say(helpText(this));
      this.displayPrompt();
    },
  });
  repl.defineCommand('save', {
    help: help.save,
    action(file) {
      if (file === '') {
        say('The "file" argument must be specified\n');
      } else {
        try {
          fs.writeFileSync(file, this.lines.join('\n'));
          say(`Session saved to: ${file}\n`);
        } catch {
          say(`Failed to save: ${file}\n`);
        }
      }
      this.displayPrompt();
    },
  });
  repl.defineCommand('load', {
    help: help.load,
    action(file) {
      if (file === '') {
        say('The "file" argument must be specified\n');
        this.displayPrompt();
        return;
      }
      try {
        if (!fs.statSync(file).isFile()) {
          say(`Failed to load: ${file} is not a valid file\n`);
          this.displayPrompt();
          return;
        }
      } catch {
        say(`Failed to load: ${file}\n`);
        this.displayPrompt();
        return;
      }
      load(fs.readFileSync(path.resolve(file), 'utf8'));
    },
  });
  if (repl.terminal) {
    repl.defineCommand('editor', { help: help.editor, action() { enterEditor(); } });
  }
}

module.exports = { defineCommands };
