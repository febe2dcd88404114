'use strict';

// Escape sequences of terminals, empty where there are to be no colours.

module.exports = {
  blue: '',
  green: '',
  white: '',
  yellow: '',
  red: '',
  gray: '',
  clear: '',
  reset: '',
  hasColors: false,
  // Should text for `stream` be coloured? FORCE_COLOR, NODE_DISABLE_COLORS and NO_COLOR have the say before it.
  shouldColorize(stream) {
    if (process.env.FORCE_COLOR !== undefined) {
      return require('internal/tty').getColorDepth() > 2;
    }
    return Boolean(stream?.isTTY && (typeof stream.getColorDepth === 'function' ? stream.getColorDepth() > 2 : true));
  },
  refresh() {
    const colored = module.exports.shouldColorize(process.stderr);
    const escape = (code) => (colored ? `\u001b[${code}m` : '');
    module.exports.blue = escape(34);
    module.exports.green = escape(32);
    module.exports.white = escape(39);
    module.exports.yellow = escape(33);
    module.exports.red = escape(31);
    module.exports.gray = escape(90);
    module.exports.clear = colored ? '\u001bc' : '';
    module.exports.reset = escape(0);
    module.exports.hasColors = colored;
  },
};
