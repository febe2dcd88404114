'use strict';

// How many colours a terminal shows, by what the environment says of it.

const { validateInteger } = require('internal/validators');
const { codes: { ERR_INVALID_ARG_TYPE } } = require('internal/errors');

const k2 = 1;
const k16 = 4;
const k256 = 8;
const k16m = 24;

// TERM values, or what they match.
const kTerms = {
  'eterm': k16, 'cons25': k16, 'console': k16, 'cygwin': k16, 'dtterm': k16, 'gnome': k16, 'hurd': k16, 'jfbterm': k16,
  'konsole': k16, 'kterm': k16, 'mlterm': k16, 'mosh': k16m, 'putty': k16, 'st': k16, 'rxvt-unicode-24bit': k16m,
  'terminator': k16m, 'xterm-kitty': k16m,
};
const kTermPatterns = [/ansi/, /color/, /linux/, /direct/, /^con[0-9]*x[0-9]/, /^rxvt/, /^screen/, /^xterm/, /^vt100/, /^vt220/];
const kCI = { APPVEYOR: k256, BUILDKITE: k256, CIRCLECI: k16m, DRONE: k256, GITEA_ACTIONS: k16m, GITHUB_ACTIONS: k16m, GITLAB_CI: k256, TRAVIS: k256 };

let warned = false;
function warnOnDeactivated(env) {
  if (warned) return;
  const name = env.NODE_DISABLE_COLORS !== undefined && env.NODE_DISABLE_COLORS !== '' ? 'NODE_DISABLE_COLORS' :
    env.NO_COLOR !== undefined && env.NO_COLOR !== '' ? 'NO_COLOR' : '';
  if (name === '') return;
  warned = true;
  process.emitWarning(`The '${name}' env is ignored due to the 'FORCE_COLOR' env being set.`, 'Warning');
}

function getColorDepth(env = process.env) {
  if (env.FORCE_COLOR !== undefined) {
    switch (env.FORCE_COLOR) {
      case '': case '1': case 'true': warnOnDeactivated(env); return k16;
      case '2': warnOnDeactivated(env); return k256;
      case '3': warnOnDeactivated(env); return k16m;
      default: return k2;
    }
  }
  if ((env.NODE_DISABLE_COLORS !== undefined && env.NODE_DISABLE_COLORS !== '') ||
      (env.NO_COLOR !== undefined && env.NO_COLOR !== '') || env.TERM === 'dumb') return k2;
  if (env.TMUX) return k16m;
  if ('TF_BUILD' in env && 'AGENT_NAME' in env) return k16;
  if ('CI' in env) {
    for (const name of Object.keys(kCI)) if (name in env) return kCI[name];
    return env.CI_NAME === 'codeship' ? k256 : k2;
  }
  if ('TEAMCITY_VERSION' in env) return /^(?:9\.0*[1-9]\d*\.|\d{2,}\.)/.test(env.TEAMCITY_VERSION) ? k16 : k2;
  switch (env.TERM_PROGRAM) {
    case 'iTerm.app':
      return !env.TERM_PROGRAM_VERSION || /^[0-2]\./.test(env.TERM_PROGRAM_VERSION) ? k256 : k16m;
    case 'HyperTerm':
    case 'MacTerm':
      return k16m;
    case 'Apple_Terminal':
      return k256;
  }
  if (env.COLORTERM === 'truecolor' || env.COLORTERM === '24bit') return k16m;
  if (env.TERM) {
    if (/truecolor/.test(env.TERM)) return k16m;
    if (/^xterm-256/.test(env.TERM)) return k256;
    const term = env.TERM.toLowerCase();
    if (kTerms[term]) return kTerms[term];
    if (kTermPatterns.some((pattern) => pattern.test(term))) return k16;
  }
  return env.COLORTERM ? k16 : k2;
}

function hasColors(count, env) {
  if (env === undefined && (count === undefined || (typeof count === 'object' && count !== null))) {
    env = count;
    count = 16;
  } else {
    validateInteger(count, 'count', 2);
  }
  if (env !== undefined && (typeof env !== 'object' || env === null)) throw new ERR_INVALID_ARG_TYPE('env', 'Object', env);
  return count <= 2 ** this.getColorDepth(env);
}

module.exports = { getColorDepth, hasColors };
