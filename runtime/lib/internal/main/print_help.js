'use strict';

// `node --help`

const names = internalBinding('options').environmentOptions();
const lines = [
  'Usage: node [options] [ script.js ] [arguments]',
  '       node [options] -e "script" [arguments]',
  '',
  'Options:',
  '  -                                 script read from stdin (the default unless stdin is a terminal)',
  '  --                                end of the options',
  '  -c, --check                       check the syntax of a script without running it',
  '  -C, --conditions=...              another condition for "exports" and "imports"',
  '  -e, --eval=...                    run a script given here',
  '  -h, --help                        this text',
  '  -i, --interactive                 the REPL, even if stdin is no terminal',
  '  -p, --print [...]                 run a script and print its result',
  '  -r, --require=...                 CommonJS module to load first',
  '  -v, --version                     the version of Node.js that this is compatible with',
  '',
  'These may stand in NODE_OPTIONS, too:',
];
for (let i = 0; i < names.length; i += 2) lines.push(`  ${names[i]}`);
lines.push('', 'What each does: https://nodejs.org/docs/latest-v24.x/api/cli.html', '');
internalBinding('process_methods').writeSync(1, lines.join('\n'));
