// URL's parts can be read and set, and searchParams and search show each other's changes. As in Node 24.21.
const { URL: FromModule, fileURLToPath, pathToFileURL } = require('node:url');

function check(actual, expected) {
  if (actual !== expected) throw new Error(`${actual} is not ${expected}`);
}

check(FromModule, URL);
const url = new URL('https://us%20er:pa@ex.com:8080/a/b?x=1&y=2#h');
check([url.protocol, url.username, url.password, url.host, url.pathname, url.search, url.hash, url.origin].join(' '),
  'https: us%20er pa ex.com:8080 /a/b ?x=1&y=2 #h https://ex.com:8080');
url.searchParams.append('z', 'é &');
check(url.search, '?x=1&y=2&z=%C3%A9+%26');
url.port = 443;
url.hostname = 'é.com';
check(url.href, 'https://us%20er:pa@xn--9ca.com/a/b?x=1&y=2&z=%C3%A9+%26#h');
url.search = '?q';
check(url.searchParams.get('q'), '');
check(URL.canParse('x'), false);
let code;
try { new URL('bad', 'worse'); } catch (error) { code = `${error.code} ${error.input} ${error.base}`; }
check(code, 'ERR_INVALID_URL bad worse');
check(fileURLToPath('file:///a%20b/c%23'), '/a b/c#');
check(pathToFileURL('/a b/#%?').href, 'file:///a%20b/%23%25%3F');
