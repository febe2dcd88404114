// os tells what the kernel reports, under both module ids.
const assert = require('node:assert');
const fs = require('node:fs');
const os = require('node:os');

assert.strictEqual(require('os'), os);
assert.strictEqual(os.hostname(), fs.readFileSync('/proc/sys/kernel/hostname', 'utf8').trim());
assert.strictEqual(os.release(), fs.readFileSync('/proc/sys/kernel/osrelease', 'utf8').trim());
assert.strictEqual(`${os.type}`, 'Linux');
assert.strictEqual(os.cpus().length, fs.readFileSync('/proc/cpuinfo', 'utf8').match(/^processor/gm).length);
assert.ok(os.networkInterfaces().lo.some(({ address, cidr }) => address === '127.0.0.1' && cidr === '127.0.0.1/8'));
assert.throws(() => os.getPriority(-1), { code: 'ERR_SYSTEM_ERROR', info: { errno: -3, code: 'ESRCH', message: 'no such process', syscall: 'uv_os_getpriority' } });
