"""The whole way of a person, by a client that knows nothing of edge-mfa but its HTTP: prints the steps that it went."""

import json
import re
import sys

import pyotp
import requests

url, subject = sys.argv[1:]
http = requests.Session()
http.headers["Authorization"] = f"Bearer {subject}-1"
steps = []


def call(method, path, status, code=None, **given):
    """Sends a request; the answer must have this status, and this code if it is a problem."""
    answer = http.request(method, url + path, timeout=30, **given)
    body = answer.json() if answer.content else {}
    assert (answer.status_code, body.get("code") if answer.status_code >= 400 else None) == (status, code), (
        method,
        path,
        answer.status_code,
        body,
    )
    if status >= 400 or path.startswith("/mfa"):
        assert answer.headers["Cache-Control"] == "no-store", answer.headers
    if status >= 400:
        assert answer.headers["Content-Type"] == "application/problem+json"
        assert body["type"] == f"urn:problem-type:edge-mfa:{code}" and body["title"] and body["detail"]
    return answer, body


def now(forward=0):
    """Moves the clock of the server by so many seconds; answers its time in seconds."""
    return http.post(f"{url}/clock", data=str(forward * 1000), timeout=30).json() // 1000


def challenge(answer):
    """The parameters of WWW-Authenticate (RFC 9470)."""
    scheme, rest = answer.headers["WWW-Authenticate"].split(" ", 1)
    assert scheme == "Bearer"
    return dict(re.findall(r'(\w+)="([^"]*)"', rest))


def done(step):
    steps.append(step)


_, enrolment = call("POST", "/mfa/enrol", 201, json={"name": "Python"})
authenticator = pyotp.parse_uri(enrolment["uri"])
assert (authenticator.secret, authenticator.issuer, authenticator.name) == (enrolment["secret"], "Example", subject)
done("enrol")

answer, confirmed = call("POST", "/mfa/confirm", 200, json={"code": authenticator.at(now())})
recovery = confirmed["recoveryCodes"]
assert len(recovery) == 10 and confirmed["factor"] == 1
done("confirm")

answer, _ = call("GET", "/orders", 401, "verification_required")
assert challenge(answer)["error"] == "insufficient_user_authentication" and challenge(answer)["acr_values"] == "aal2"
code = authenticator.at(now(30))
answer, body = call("GET", "/orders", 200, headers={"X-MFA-Token": code})
session = {"X-Session-Token": answer.headers["X-Session-Token"]}
assert body["subject"] == subject
call("GET", "/orders", 200, headers=session)
done("guard")

call("GET", "/orders", 401, "code_replayed", headers={"X-MFA-Token": code})
call("POST", "/mfa/verify", 401, "code_replayed", json={"code": code})
done("replay")

for left in (2, 1, 0):
    _, body = call("GET", "/orders", 401, "code_rejected", headers={"X-MFA-Token": authenticator.at(now() - 86_400)})
    assert body["attemptsLeft"] == left
right = authenticator.at(now(0) + 30)
answer, body = call("GET", "/orders", 429, "locked", headers={"X-MFA-Token": right})
assert answer.headers["Retry-After"] == str(body["retryAfter"]) == "30"
call("GET", "/orders", 200, headers=session)
done("lock")

now(int(answer.headers["Retry-After"]))
call("GET", "/orders", 200, headers={"X-MFA-Token": right})
for _ in range(3):
    call("GET", "/orders", 401, "code_rejected", headers={"X-MFA-Token": authenticator.at(now() - 86_400)})
http.post(f"{url}/unlock", data=subject, timeout=30).raise_for_status()
answer, _ = call("POST", "/mfa/verify", 200, json={"code": authenticator.at(now(30))})
session = {"X-Session-Token": answer.headers["X-Session-Token"]}
done("unlock")

for _ in range(3):
    call("POST", "/mfa/verify", 401, "code_rejected", json={"code": authenticator.at(now() - 86_400)})
call("POST", "/mfa/verify", 429, "locked", json={"code": authenticator.at(now())})
_, body = call("POST", "/mfa/verify", 200, json={"code": recovery[0].lower()})
assert body["recoveryCodesLeft"] == 9
call("POST", "/mfa/verify", 401, "code_replayed", json={"code": recovery[0]})
done("recover")

now(301)
answer, body = call("POST", "/transfer", 401, "verification_required", headers=session)
assert challenge(answer)["max_age"] == str(body["maxAge"]) == "300" and body["action"] == "transfer"
answer, _ = call("POST", "/mfa/verify", 200, headers=session, json={"code": authenticator.at(now())})
session = {"X-Session-Token": answer.headers["X-Session-Token"]}
call("POST", "/transfer", 200, headers=session)
call("POST", "/pay", 401, "verification_required", headers=session)
grant = {"action": "pay", "resource": "account 7", "amount": "100 EUR"}
answer, _ = call("POST", "/mfa/verify", 200, json={"code": authenticator.at(now(30)), "grant": grant})
session = {"X-Session-Token": answer.headers["X-Session-Token"]}
call("POST", "/pay", 200, headers=session)
call("POST", "/pay", 401, "verification_required", headers=session)
done("step up")

_, body = call("GET", "/mfa/activity?limit=1000", 200, headers=session)
kinds = {event["type"] for event in body["events"]}
assert {"enrolmentStarted", "factorAdded", "verified", "failed", "locked", "recoveryCodeUsed"} <= kinds, kinds
call("DELETE", "/mfa/sessions", 204, headers=session)
call("GET", "/orders", 401, "session_invalid", headers=session)
done("sign out")

print(json.dumps(steps))
