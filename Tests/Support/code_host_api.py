"""What a provider's API says of a login, as far as it is asked by those who check one."""

import time

from .loopback import Reply, as_json


class CodeHostAPI:
    """The endpoints that tell whose a login is, in the words of the host's provider."""

    def __init__(self, host):
        self._host = host
        self.endpoints = {
            path: ("user", handle) for providers, path, handle in (
                (("github",), "/api/v3/user", self._github),
                (("gitlab",), "/api/v4/user", self._gitlab_user),
                (("gitlab",), "/api/v4/personal_access_tokens/self", self._gitlab_token),
                (("gitlab",), "/oauth/token/info", self._gitlab_info),
                (("gitea", "forgejo"), "/api/v1/user", self._gitea),
                (("bitbucket",), "/2.0/user", self._bitbucket),
                (("generic",), "/userinfo", self._userinfo),
            ) if host.provider in providers}

    def _login(self, request):
        """Whose it is, and the token: as the API reads it, with any user name."""
        return self._host.who(request)

    def _github(self, request):
        found = self._login(request)
        if not found:
            return as_json({"message": "Bad credentials"}, 401)
        account, token = found
        if token is None:
            return as_json({"message": "Requires authentication"}, 401)
        if token.wants_sso:
            return as_json({"message": "Resource protected by organization SAML enforcement."}, 403,
                           **{"X-GitHub-SSO": f"required; url={self._host.url}/orgs/acme/sso?a=1"})
        headers = {"X-OAuth-Scopes": ", ".join(token.scopes).replace("all", "repo")}
        if token.ends and not token.is_oauth:
            headers["github-authentication-token-expiration"] = time.strftime(
                "%Y-%m-%d %H:%M:%S UTC", time.gmtime(token.ends))
        return as_json({"login": account, "id": _number(account)}, **headers)

    def _gitlab_user(self, request):
        found = self._login(request)
        if not found:
            return as_json({"message": "401 Unauthorized"}, 401)
        account, token = found
        if token and not {"api", "read_user", "all"} & set(token.scopes):
            return as_json({"error": "insufficient_scope", "scope": "api read_user"}, 403)
        return as_json({"username": account, "id": _number(account)})

    def _gitlab_token(self, request):
        found = self._login(request)
        if not found or found[1] is None or found[1].is_oauth:
            return as_json({"message": "401 Unauthorized"}, 401)
        account, token = found
        ends = time.strftime("%Y-%m-%d", time.gmtime(token.ends)) if token.ends else None
        return as_json({"name": "a token", "active": True, "user_id": _number(account),
                        "scopes": [{"all": "api"}.get(each, each) for each in token.scopes],
                        "expires_at": ends})

    def _gitlab_info(self, request):
        found = self._login(request)
        if not found or found[1] is None or not found[1].is_oauth:
            return as_json({"error": "invalid_token"}, 401)
        account, token = found
        return as_json({"resource_owner_id": _number(account), "scope": list(token.scopes),
                        "expires_in": int(token.ends - time.time()) if token.ends else None})

    def _gitea(self, request):
        found = self._login(request)
        if not found:
            return as_json({"message": "user does not exist [uid: 0, name: ]"}, 401)
        account, token = found
        if token and not token.is_oauth and not {"read:user", "all"} & set(token.scopes):
            return as_json({
                "message": "token does not have at least one of required scope(s): [read:user]"},
                403)
        return as_json({"login": account, "id": _number(account)})

    def _bitbucket(self, request):
        found = self._login(request)
        if not found:
            return Reply(401, b"", {"WWW-Authenticate": 'Basic realm="Bitbucket.org HTTP"'})
        return as_json({"username": found[0], "account_id": f"557058:{_number(found[0])}"})

    def _userinfo(self, request):
        found = self._login(request)
        if not found:
            return as_json({"error": "invalid_token"}, 401)
        return as_json({"sub": str(_number(found[0])), "preferred_username": found[0]})


def _number(account):
    """The number that an account has for good."""
    return sum(ord(letter) << (8 * place) for place, letter in enumerate(account[:3]))
