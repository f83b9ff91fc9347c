"""Lets botocore's clients ask services and prints where each request would have gone, as JSON.

Run with a python that has botocore, and with `--write` to bring
`Tests/MintingTests/Data/endpoints.json` up to date. Our own endpoints are tested against that
file. No request leaves: each is stopped where it would have been sent.
"""

import json
import os
import pathlib
import sys

DATA = pathlib.Path(__file__).parents[1] / "MintingTests/Data/endpoints.json"

# One operation of each service, under the name that configuration files have for the service.
OPERATIONS = {
    "ecr": ("ecr", "get_authorization_token", {}),
    "ecr_public": ("ecr-public", "get_authorization_token", {}),
    "sts": ("sts", "get_caller_identity", {}),
    "sso": ("sso", "get_role_credentials",
            {"roleName": "r", "accountId": "1", "accessToken": "t"}),
    "sso_oidc": ("sso-oidc", "create_token",
                 {"clientId": "c", "clientSecret": "s", "grantType": "refresh_token"}),
}
FORMS = {"plain": (False, False), "fips": (True, False), "dual-stack": (False, True),
         "fips dual-stack": (True, True)}
VARIABLES = {
    "url": "AWS_ENDPOINT_URL", "usesFIPS": "AWS_USE_FIPS_ENDPOINT",
    "usesDualStack": "AWS_USE_DUALSTACK_ENDPOINT", "stsIsGlobal": "AWS_STS_REGIONAL_ENDPOINTS",
    **{key: f"AWS_ENDPOINT_URL_{key.upper()}" for key in OPERATIONS},
}

# Settings, and what is asked for under them.
GENERAL = "http://127.0.0.1:5000"
OWN = "https://vpce-0123.sts.example:8443/aws"
SETTINGS = [
    *(({"url": GENERAL}, service, "eu-west-1") for service in OPERATIONS),
    ({"url": GENERAL, "usesFIPS": "true"}, "ecr", "us-east-1"),
    ({"url": GENERAL, "usesDualStack": "true"}, "ecr", "us-east-1"),
    ({"url": GENERAL + "/"}, "ecr", "us-east-1"),
    ({"url": "https://gateway.example/aws/"}, "ecr", "cn-north-1"),
    ({"url": "http://[::1]:5000"}, "sts", "eu-west-1"),
    *(({service: OWN}, service, "eu-west-1") for service in OPERATIONS),
    ({"sts": OWN}, "ecr", "eu-west-1"),
    ({"url": GENERAL, "sts": OWN}, "sts", "eu-west-1"),
    ({"url": GENERAL, "sts": OWN}, "ecr", "eu-west-1"),
    ({"sts": OWN, "usesFIPS": "true", "usesDualStack": "true"}, "sts", "eu-west-1"),
    ({"usesFIPS": "true"}, "ecr", "us-gov-east-1"),
    ({"usesDualStack": "true"}, "sts", "eu-west-1"),
    ({"usesFIPS": "true", "usesDualStack": "true"}, "sso", "us-gov-east-1"),
    ({}, "sts", "aws-global"),
    ({"stsIsGlobal": "legacy", "usesFIPS": "true"}, "sts", "us-east-1"),
    ({"stsIsGlobal": "legacy", "usesDualStack": "true"}, "sts", "us-east-1"),
    ({"stsIsGlobal": "legacy"}, "ecr", "us-east-1"),
    ({"stsIsGlobal": "legacy", "url": GENERAL}, "sts", "us-east-1"),
    ({"stsIsGlobal": "legacy"}, "sts", "aws-global"),
]
# Names that are regions of no partition, but could be some day.
NEWER = ["ap-southeast-99", "eu-center-1", "moon-tranquility-1", "us-gov-north-1", "cn-south-1"]
REFUSED = ["evil.example/", "eu_west_1", "-eu-west-1", "eu-west-1-", "123", "a" * 64, "eu west 1",
           "eu-west-1.evil.example", "eu-west-1/", "eu-west-1@evil.example", "eu-west-1:80",
           "eu-west-1\n", "\u0435u-west-1", "eu-west-1?x", "eu-west-1#x"]


class Sent(Exception):
    """Takes the request out of the client, where it would have been sent."""


class Oracle:
    """Clients under some settings of the environment."""

    def __init__(self, settings):
        import botocore.session

        for name in VARIABLES.values():
            os.environ.pop(name, None)
        # Neither files nor a machine's own identity have a say.
        os.environ["AWS_CONFIG_FILE"] = os.environ["AWS_SHARED_CREDENTIALS_FILE"] = os.devnull
        os.environ.update({VARIABLES[key]: value for key, value in settings.items()})
        self.session = botocore.session.Session()
        self.session.set_credentials("AKIDEXAMPLE", "secret")

    def ask(self, service, region, form=None):
        """The endpoint, None where there is none, and the name and region of the signature."""
        from botocore.config import Config
        from botocore.exceptions import EndpointVariantError

        name, operation, parameters = OPERATIONS[service]
        config = Config(retries={"max_attempts": 0})
        if form is not None:
            fips, dual_stack = FORMS[form]
            config = config.merge(Config(
                use_fips_endpoint=fips, use_dualstack_endpoint=dual_stack))
        try:
            client = self.session.create_client(name, region_name=region, config=config)
        except EndpointVariantError:
            return {"url": None}
        requests = []

        def send(request, **_):
            requests.append(request)
            raise Sent

        client.meta.events.register("before-send", send)
        try:
            getattr(client, operation)(**parameters)
        except Sent:
            pass
        return self.answer(service, requests[0])

    def row(self, service, region, settings, forms=(None,)):
        """What is answered in each form, and the signature, which is the same in all of them."""
        answers = {form or "plain": self.ask(service, region, form) for form in forms}
        signatures = {
            tuple(answer.pop("scope")) for answer in answers.values() if answer["url"]} - {()}
        assert len(signatures) < 2, signatures
        return {
            "service": service, "region": region, "settings": settings,
            "scope": list(*signatures),
            "urls": {form: answer["url"] for form, answer in answers.items()}}

    @staticmethod
    def answer(service, request):
        path = {"sso": "/federation/credentials?", "sso_oidc": "/token"}.get(service)
        url = request.url[:request.url.rindex(path)] if path else request.url.rstrip("/")
        authorization = request.headers.get("Authorization", b"").decode()
        if not authorization:
            return {"url": url, "scope": []}
        _, _, region, name, _ = authorization.split("Credential=")[1].split(",")[0].split("/")
        return {"url": url, "scope": [name, region]}


def regions():
    """The regions of every partition that botocore knows, without what stands for all of one."""
    from botocore.loaders import create_loader

    partitions = create_loader().load_data("partitions")["partitions"]
    return {partition["id"]: [region for region in sorted(partition["regions"])
                              if not region.endswith("-global")] for partition in partitions}


def rows():
    known = sum(regions().values(), [])
    plain, legacy = Oracle({}), {"stsIsGlobal": "legacy"}
    made = [plain.row(service, region, {}, FORMS)
            for region in [*known, *NEWER] for service in OPERATIONS]
    of_legacy = Oracle(legacy)
    made += [of_legacy.row("sts", region, legacy) for region in known]
    made += [Oracle(settings).row(service, region, settings)
             for settings, service, region in SETTINGS]
    return made


def refused():
    """The region names that botocore makes no host of."""
    from botocore.exceptions import InvalidRegionError

    oracle = Oracle({})
    names = []
    for region in REFUSED:
        try:
            oracle.ask("ecr", region)
        except (InvalidRegionError, ValueError):
            names.append(region)
    return names


def answers():
    return {"partitions": regions(), "rows": rows(), "refusedRegions": refused()}


def main():
    made = answers()
    lines = ",\n".join("  " + json.dumps(row) for row in made["rows"])
    text = (
        '{\n "partitions": ' + json.dumps(made["partitions"]) + ',\n "refusedRegions": '
        + json.dumps(made["refusedRegions"]) + ',\n "rows": [\n' + lines + "\n ]\n}\n")
    if sys.argv[1:] == ["--write"]:
        DATA.write_text(text)
    else:
        print(text, end="")


if __name__ == "__main__":
    main()
