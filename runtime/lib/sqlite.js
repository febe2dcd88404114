'use strict';

// node:sqlite: databases of SQLite, used in place. Documented in doc/api/sqlite.md.

const { constants } = internalBinding('sqlite');
const { DatabaseSync } = require('internal/sqlite/database');
const { StatementSync } = require('internal/sqlite/statement');
const { Session } = require('internal/sqlite/session');
const { backup } = require('internal/sqlite/backup');

module.exports = { DatabaseSync, StatementSync, Session, constants, backup };
