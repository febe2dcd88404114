#!/bin/sh
# The main job on real input: demo.sh BUILD installs tests/apps/express-api with the built pkg, starts it with `pkg run`,
# asks it over HTTP and Socket.IO, and stops it. Exits 0 only when all of it was right.
set -eu
build=$1
app=$(mktemp -d)
server=
finish() {
  [ -z "$server" ] || kill "$server" 2>/dev/null || true
  rm -rf "$app"
}
trap finish EXIT
cp "$(dirname "$0")"/express-api/package.json "$(dirname "$0")"/express-api/*.js "$app"
cd "$app"

echo "\$ pkg install"
"$build/bin/pkg" install
echo "\$ pkg run start"
"$build/bin/pkg" run start >server.log 2>&1 &
server=$!
tries=0
until grep -q '^listening on ' server.log; do
  tries=$((tries + 1))
  if [ "$tries" -gt 100 ] || ! kill -0 "$server" 2>/dev/null; then
    cat server.log >&2
    echo "demo: error ETIMEDOUT: the server did not start" >&2
    exit 1
  fi
  sleep 0.1
done
cat server.log
url=$(sed -n 's/^listening on //p' server.log)
echo "\$ pkg client.js $url"
"$build/bin/pkg" client.js "$url"
kill -TERM "$server"
status=0
wait "$server" || status=$?
server=
tail -n 1 server.log
grep -q '^stopped$' server.log || { echo "demo: error: the server did not stop in order (exit code $status)" >&2; exit 1; }
echo "demo: passed"
