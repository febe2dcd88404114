"""A package registry on 127.0.0.1 for whole-command tests, and what these tests share.

    registry = Registry({"a@1.0.0": {"dependencies": {"b": "^1"}, "files": {"index.js": "..."}}})
    with registry: run_pkg(build, ["install"], cwd, registry)

Tarballs are made in memory, always with the same bytes. It asks for no credentials, answers GET, and stops with
the `with` block. `registry.failures[path] = function(handler)` answers one path in another way.
"""
import base64, gzip, hashlib, http.server, io, json, os, re, shutil, subprocess, sys, tarfile, tempfile, threading
from urllib.parse import unquote


def tarball(manifest, files):
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for name, text in [("package.json", json.dumps(manifest, indent=2)), *files.items()]:
            data = text.encode() if isinstance(text, str) else text
            entry = tarfile.TarInfo("package/" + name)
            entry.size, entry.mtime, entry.mode = len(data), 499162500, 0o755 if data.startswith(b"#!") else 0o644
            archive.addfile(entry, io.BytesIO(data))
    return gzip.compress(buffer.getvalue(), mtime=0)


class Registry:
    # packages: "name@version" -> manifest fields, and `files`: path -> text. The last version listed is `latest`,
    # unless tags has {name: {tag: version}}.
    def __init__(self, packages, tags=None):
        self.tarballs, self.documents, self.failures, self.requests = {}, {}, {}, []
        self.packages, self.tags = packages, tags or {}
        # What else it answers: (method, path) -> function(handler, body) -> (status, JSON value); `bodies`: what came.
        self.routes, self.bodies = {}, []

    def __enter__(self):
        registry = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                path = unquote(self.path)
                registry.requests.append(path)
                if path in registry.failures:
                    return registry.failures[path](self)
                if self.routed(path):
                    return
                if path in registry.tarballs:
                    return self.answer(200, registry.tarballs[path], "application/octet-stream")
                if path[1:] in registry.documents:
                    return self.answer(200, json.dumps(registry.documents[path[1:]]).encode(), "application/json")
                self.answer(404, b'{"error":"Not found"}', "application/json")

            def do_other(self):
                path = unquote(self.path)
                registry.requests.append(path)
                body = self.rfile.read(int(self.headers.get("content-length") or 0))
                if self.headers.get("content-encoding") == "gzip":
                    body = gzip.decompress(body)
                if not self.routed(path, body):
                    self.answer(404, b'{"error":"Not found"}', "application/json")

            do_POST = do_PUT = do_DELETE = do_other

            # Whether a route answered.
            def routed(self, path, body=b""):
                route = registry.routes.get((self.command, path)) or registry.routes.get((self.command, path.split("?")[0]))
                if not route:
                    return False
                try:
                    value = json.loads(body) if body else None
                except ValueError:
                    value = body
                registry.bodies.append((self.command, path, value))
                status, answer = route(self, value)[:2]
                self.answer(status, json.dumps(answer).encode(), "application/json")
                return True

            def answer(self, status, body, kind):
                self.send_response(status)
                self.send_header("content-type", kind)
                self.send_header("content-length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        class Server(http.server.ThreadingHTTPServer):
            request_queue_size = 256  # a client may open many connections at once

            def handle_error(self, request, address):
                pass  # clients that are killed, or hang up, are what some tests are about

        self.server = Server(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_port}/"
        for key, fields in self.packages.items():
            self.publish(key, fields)
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()

    def publish(self, key, fields):
        name, version = key.rsplit("@", 1)
        manifest = {"name": name, "version": version, **{k: v for k, v in fields.items() if k not in ("files", "dist")}}
        data = tarball(manifest, fields.get("files", {"index.js": f"module.exports = {json.dumps(key)};\n"}))
        path = f"/{name}/-/{name.split('/')[-1]}-{version}.tgz"
        self.tarballs[path] = data
        dist = {"tarball": self.url + path[1:], "shasum": hashlib.sha1(data).hexdigest(),
                "integrity": "sha512-" + base64.b64encode(hashlib.sha512(data).digest()).decode(), **fields.get("dist", {})}
        scripts = manifest.get("scripts", {})
        if any(event in scripts for event in ("preinstall", "install", "postinstall")):
            manifest = {**manifest, "hasInstallScript": True}
        document = self.documents.setdefault(name, {"name": name, "dist-tags": {}, "versions": {}, "time": {}})
        document["versions"][version] = {**manifest, "dist": dist}
        document["time"][version] = "2020-01-01T00:00:00.000Z"
        document["dist-tags"] = {"latest": version, **self.tags.get(name, {})}


class Done:
    def __init__(self, code, out, err):
        self.code, self.out, self.err = code, out, err

    def __repr__(self):
        return f"exit code {self.code}\n--- stdout\n{self.out}--- stderr\n{self.err}"


# The environment of a command: nothing of the caller's settings, a home and a cache of its own below `scratch`.
def environment(scratch, registry, **more):
    os.makedirs(os.path.join(scratch, "home"), exist_ok=True)
    return {"PATH": os.environ["PATH"], "HOME": os.path.join(scratch, "home"), "LANG": "C.UTF-8", "NO_COLOR": "1",
            "npm_config_registry": registry.url if registry else "http://127.0.0.1:9/",
            "npm_config_cache": os.path.join(scratch, "cache"), "npm_config_userconfig": os.path.join(scratch, "home", ".npmrc"),
            "npm_config_fetch_retries": "0", "npm_config_audit": "false", "npm_config_fund": "false",
            "npm_config_update_notifier": "false", **more}


def run(command, cwd, env, stdin=None, timeout=120):
    done = subprocess.run(command, cwd=cwd, env=env, input=stdin, stdin=None if stdin is not None else subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, timeout=timeout)
    return Done(done.returncode, done.stdout, done.stderr)


def write_json(path, value):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w") as file:
        file.write(json.dumps(value, indent=2) + "\n")


# What is below a folder: relative path -> "link TARGET", "dir", or mode and digest of the content.
def fingerprint(folder, ignore=()):
    found = {}
    for where, folders, files in os.walk(folder):
        for name in folders + files:
            path = os.path.join(where, name)
            relative = os.path.relpath(path, folder)
            if relative in ignore:
                continue
            if os.path.islink(path):
                found[relative] = "link " + os.readlink(path)
            elif os.path.isdir(path):
                found[relative] = "dir"
            else:
                with open(path, "rb") as file:
                    found[relative] = f"{os.stat(path).st_mode & 0o777:o} {hashlib.sha256(file.read()).hexdigest()}"
    return found


# Masks what differs from run to run: durations, ports and the scratch folder.
def masked(text, scratch, registry=None):
    text = text.replace(os.path.realpath(scratch), "<scratch>").replace(scratch, "<scratch>")
    if registry:
        text = text.replace(registry.url, "<registry>/")
    return re.sub(r"\bin \d+(\.\d+)?(ms|s|m)\b", "in <time>", text)


# Runs each test_* function of a module with (build, scratch); prints what failed; exits non-zero then.
def main(tests):
    build = os.path.abspath(sys.argv[sys.argv.index("--build") + 1])
    wanted = sys.argv[sys.argv.index("--match") + 1] if "--match" in sys.argv else ""
    failed = count = 0
    for name, test in sorted(tests.items()):
        if not name.startswith("test_") or not callable(test) or wanted not in name:
            continue
        count += 1
        scratch = os.path.realpath(tempfile.mkdtemp(prefix="pkg-e2e-"))
        try:
            test(build, scratch)
        except Exception as error:
            failed += 1
            import traceback
            print(f"--- {name}")
            traceback.print_exception(error)
        finally:
            shutil.rmtree(scratch, ignore_errors=True)
    print(f"{count - failed} passed, {failed} failed")
    sys.exit(1 if failed or not count else 0)
