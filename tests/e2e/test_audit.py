"""`pkg audit`, `audit fix`, and what an install says of vulnerabilities, as npm 12.2.2 has it (PKG_ORACLE=path of npm 12
compares with it again); `pkg audit signatures` against a registry that signs."""
import base64, json, os, subprocess, sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from compare import both
from fixture_registry import Registry, environment, main, run, write_json

PACKAGES = {
    "leaf@1.0.0": {}, "leaf@1.1.0": {}, "leaf@2.0.0": {},
    "deep@1.0.0": {}, "deep@1.1.0-beta.1": {}, "deep@1.1.0": {}, "deep@3.0.0": {},
    "mid@1.0.0": {"dependencies": {"deep": "^1.0.0"}}, "mid@1.2.0": {"dependencies": {"deep": "1.0.0"}},
    "mid@2.0.0": {"dependencies": {"deep": "^3.0.0"}},
    "gone@1.0.0": {}, "gone@1.0.1": {}, "devel@1.0.0": {}, "devel@1.0.1": {}, "old@1.5.0": {}, "old@1.4.0": {}, "fine@1.0.0": {},
}


def advisory(number, name, vulnerable, severity):
    return {"id": number, "url": f"https://example.test/{number}", "title": f"{name} is bad", "severity": severity,
            "vulnerable_versions": vulnerable, "cwe": ["CWE-1"], "cvss": {"score": 7.5, "vectorString": None}}


ADVISORIES = {
    "leaf": [advisory(1, "leaf", "<1.1.0", "moderate")],
    "deep": [advisory(2, "deep", "<3.0.0", "high"), advisory(3, "deep", "<=1.0.0", "low")],
    "gone": [advisory(4, "gone", "*", "critical")],
    "devel": [advisory(5, "devel", "=1.0.0", "low")],
    "old": [advisory(6, "old", ">=1.5.0", "info")],
}


def bulk(handler, body):
    return 200, {name: ADVISORIES[name] for name in body if name in ADVISORIES}


# npm tells changes in the order of its tree.
def sorted_plan(text):
    if text.startswith("{"):
        told = json.loads(text)
        told["change"].sort(key=lambda change: change["from"]["path"])
        return json.dumps(told, indent=2)
    lines = text.split("\n")
    plan = [line for line in lines if line.startswith(("add ", "change ", "remove "))]
    return "\n".join([*sorted(plan), *lines[len(plan):]])


def project(app, **fields):
    write_json(os.path.join(app, "package.json"), {"name": "app", "version": "1.0.0", **fields})


def audited(scratch, registry, **more):
    registry.routes["POST", "/-/npm/v1/security/advisories/bulk"] = bulk
    return environment(scratch, registry, npm_config_audit="true", **more)


# A lockfile with the versions that were newest once: `keep` of them are left in the registry.
def lock(pkg, registry, app, env, keep):
    documents = {name: dict(document) for name, document in registry.documents.items()}
    for name, versions in keep.items():
        document = registry.documents[name]
        registry.documents[name] = {**document, "versions": {v: document["versions"][v] for v in versions},
                                    "dist-tags": {"latest": versions[-1]}}
    done = run([pkg, "install", "--no-audit", f"--cache={app}.cache"], app, env)
    assert done.code == 0, done
    registry.documents.update(documents)


def test_audit(build, scratch):
    pkg = os.path.join(build, "bin", "pkg")
    with Registry(PACKAGES) as registry:
        env = audited(scratch, registry)
        app = os.path.join(scratch, "app")
        project(app, dependencies={"leaf": "^1.0.0", "mid": "^1.0.0", "gone": "^1.0.0", "old": "^1.0.0", "fine": "1"},
                devDependencies={"devel": "^1.0.0"})
        lock(pkg, registry, app, env, {"leaf": ["1.0.0"], "mid": ["1.0.0"], "deep": ["1.0.0"], "devel": ["1.0.0"], "old": ["1.4.0", "1.5.0"]})
        done = both(pkg, app, env, ["audit"])
        assert done.code == 1 and "# npm audit report" in done.out and "gone  *\nSeverity: critical" in done.out, done
        for arguments in (["--json"], ["--omit=dev"], ["--omit=dev", "--json"], ["--audit-level=none"], ["--audit-level=critical"]):
            both(pkg, app, env, ["audit", *arguments])
        assert both(pkg, app, env, ["audit", "--audit-level=none"]).code == 0
        for arguments in (["install"], ["install", "--json"], ["ci"], ["ci", "--omit=dev"], ["install", "--dry-run"], ["install", "--no-audit"],
                          ["install", "fine"], ["uninstall", "fine"], ["prune"], ["dedupe"], ["update"]):
            both(pkg, app, env, arguments)
        # The answer to an install with nothing to do is the last one's, for an hour.
        run([pkg, "install"], app, env)
        again = both(pkg, app, env, ["install"])
        assert "up to date, audited " in again.out and "vulnerabilities" in again.out, again


def test_audit_fix(build, scratch):
    pkg = os.path.join(build, "bin", "pkg")
    with Registry(PACKAGES) as registry:
        env = audited(scratch, registry)
        app = os.path.join(scratch, "app")
        project(app, dependencies={"leaf": "^1.0.0", "mid": "^1.0.0", "old": "^1.0.0"}, devDependencies={"devel": "^1.0.0"})
        lock(pkg, registry, app, env, {"leaf": ["1.0.0"], "mid": ["1.0.0"], "deep": ["1.0.0"], "devel": ["1.0.0"], "old": ["1.4.0", "1.5.0"]})
        for arguments in (["--dry-run"], ["--dry-run", "--json"], ["--force", "--dry-run"], ["--package-lock-only"], [], ["--json"]):
            both(pkg, app, env, ["audit", "fix", *arguments], change=sorted_plan)
        done = both(pkg, app, env, ["audit", "fix", "--force"])
        assert done.code == 0 and "found 0 vulnerabilities" in done.out, done
        with open(os.path.join(app, "package.json")) as file:
            assert json.load(file)["dependencies"]["mid"] == "^2.0.0"
        assert both(pkg, app, env, ["audit"]).out == "found 0 vulnerabilities\n"


def test_audit_refusals(build, scratch):
    pkg = os.path.join(build, "bin", "pkg")
    with Registry(PACKAGES) as registry:
        env = environment(scratch, registry, npm_config_audit="true")
        app = os.path.join(scratch, "app")
        project(app, dependencies={"leaf": "1.0.0"})
        assert "ENOLOCK" in both(pkg, app, env, ["audit"]).err
        run([pkg, "install", "--no-audit"], app, env)
        # A registry without the endpoint: an install does not mind, an audit does.
        assert both(pkg, app, env, ["ci"]).code == 0
        assert both(pkg, app, env, ["audit"]).code == 1
        both(pkg, app, env, ["audit", "fix"])
        assert both(pkg, app, env, ["audit", "fix", "--no-package-lock"]).code == 1
        assert both(pkg, app, env, ["audit", "-g"]).code == 1
        assert both(pkg, app, env, ["audit", "--offline"]).out == "found 0 vulnerabilities\n"


def test_audit_workspaces(build, scratch):
    pkg = os.path.join(build, "bin", "pkg")
    with Registry(PACKAGES) as registry:
        env = audited(scratch, registry)
        app = os.path.join(scratch, "app")
        project(app, workspaces=["w", "v"], dependencies={"gone": "1"})
        write_json(os.path.join(app, "w", "package.json"), {"name": "w", "version": "1.0.0", "dependencies": {"leaf": "^1.0.0"}})
        write_json(os.path.join(app, "v", "package.json"), {"name": "v", "version": "1.0.0", "dependencies": {"mid": "^1.0.0"}})
        lock(pkg, registry, app, env, {"leaf": ["1.0.0"], "mid": ["1.0.0"], "deep": ["1.0.0"]})
        for arguments in ([], ["-w", "w"], ["--workspaces"], ["--no-workspaces"], ["-w", "w", "--include-workspace-root", "--json"], ["--json"]):
            both(pkg, app, env, ["audit", *arguments])
        both(pkg, app, env, ["install", "-w", "w"])
        both(pkg, app, env, ["audit", "fix", "--force", "--dry-run"], change=sorted_plan)
        both(pkg, app, env, ["audit", "fix", "--force"])


def test_signatures(build, scratch):
    pkg = os.path.join(build, "bin", "pkg")
    private, public = os.path.join(scratch, "private.pem"), os.path.join(scratch, "public.der")
    subprocess.run(["openssl", "ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", private], check=True, capture_output=True)
    subprocess.run(["openssl", "ec", "-in", private, "-pubout", "-outform", "DER", "-out", public], check=True, capture_output=True)
    with Registry({"leaf@1.0.0": {}, "deep@1.0.0": {}, "fine@1.0.0": {}}) as registry:
        env = environment(scratch, registry)
        app = os.path.join(scratch, "app")
        project(app, dependencies={"leaf": "1.0.0", "deep": "1.0.0"})
        assert run([pkg, "install"], app, env).code == 0

        def sign(name, text=None):
            dist = registry.documents[name]["versions"]["1.0.0"]["dist"]
            message = text or f"{name}@1.0.0:{dist['integrity']}"
            signed = subprocess.run(["openssl", "dgst", "-sha256", "-sign", private], input=message.encode(), check=True, capture_output=True)
            dist["signatures"] = [{"keyid": "SHA256:k", "sig": base64.b64encode(signed.stdout).decode()}]

        with open(public, "rb") as file:
            key = {"keyid": "SHA256:k", "key": base64.b64encode(file.read()).decode(), "expires": None}
        keys = [key]
        done = run([pkg, "audit", "signatures"], app, env)
        assert done.code == 1 and "found no dependencies to audit that were installed from a supported registry" in done.err, done
        registry.routes["GET", "/-/npm/v1/keys"] = lambda handler, body: (200, {"keys": keys})
        sign("leaf")
        sign("deep")
        done = run([pkg, "audit", "signatures"], app, env)
        assert done.code == 0 and done.out == "audited 2 packages in 0s\n\n2 packages have verified registry signatures\n\n", done
        sign("deep", "deep@1.0.0:sha512-another")
        done = run([pkg, "audit", "signatures"], app, env)
        assert done.code == 1 and f"1 package has an invalid registry signature:\n\ndeep@1.0.0 ({registry.url})\n" in done.out, done
        done = run([pkg, "audit", "signatures", "--json"], app, env)
        assert json.loads(done.out)["invalid"][0]["code"] == "EINTEGRITYSIGNATURE" and done.code == 1, done
        del registry.documents["deep"]["versions"]["1.0.0"]["dist"]["signatures"]
        done = run([pkg, "audit", "signatures"], app, env)
        assert done.code == 1 and "1 package has a missing registry signature" in done.out and "deep@1.0.0" in done.out, done
        keys[:] = [{**key, "keyid": "SHA256:other"}]
        assert "EMISSINGSIGNATUREKEY" in run([pkg, "audit", "signatures"], app, env).err
        keys[:] = [{**key, "expires": "2019-01-01T00:00:00.000Z"}]
        assert "EEXPIREDSIGNATUREKEY" in run([pkg, "audit", "signatures"], app, env).err
        assert "EUNSUPPORTED" in run([pkg, "audit", "signatures", "--include-attestations"], app, env).err


main(globals())
