'use strict';

// https://nodejs.org/api/readline.html#promises-api

const readline = require('readline');
const { Readline } = require('internal/readline/promises');
const { promisify } = require('internal/util');

class Interface extends readline.Interface {
  question(query, options = undefined) {
    return Reflect.apply(readline.Interface.prototype.question[promisify.custom], { question: (...args) => super.question(...args) }, [query, options]);
  }
}

function createInterface(input, output, completer, terminal) {
  return new Interface(input, output, completer, terminal);
}

module.exports = { Interface, Readline, createInterface };
