'use strict';

// Loaded into the snapshot, because every program needs it. None of these may read the environment, the command line or
// the clock at top level, nor open a handle.

require('internal/options');
require('internal/modules/helpers');
require('internal/modules/cjs/loader');
require('internal/modules/esm/loader');
require('internal/modules/esm/translators');
require('internal/modules/esm/import_meta');
require('internal/modules/run_main');
require('internal/process/pre_execution');
require('internal/process/execution');
require('internal/process/warning');
require('internal/validators');
require('internal/util');
require('internal/url');
