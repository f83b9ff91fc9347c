"""Does tasks with botocore and says how they went; run by the Python that has botocore.

A task is a line of JSON on stdin, as Support/aws_reference.py describes it; without an operation it
is to find credentials. Each is done in a process of its own, in the environment that it names.
The outcomes go to stdout as lines of JSON.
"""

import json
import os
import sys

import botocore.credentials
import botocore.session
import botocore.tokens
import botocore.utils
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, HTTPClientError


def main():
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            outcome = do(json.loads(line))
            print(json.dumps(outcome, default=lambda date: date.timestamp()), flush=True)
            os._exit(0)
        os.waitpid(child, 0)


def do(task):
    os.environ.clear()
    os.environ.update(task["environment"])
    for provider in (botocore.credentials.SSOProvider, botocore.tokens.SSOTokenProvider):
        # This was somebody else's home when botocore was loaded.
        provider._SSO_TOKEN_CACHE_DIR = os.path.expanduser("~/.aws/sso/cache")
    botocore.utils.ContainerMetadataFetcher.SLEEP_TIME = 0
    try:
        return {"ok": True, "value": call(task) if "operation" in task else credentials()}
    except ClientError as failure:
        answer = failure.response
        return {
            "ok": False, "error": answer["Error"].get("Code"),
            "text": answer["Error"].get("Message", ""),
            "status": answer["ResponseMetadata"].get("HTTPStatusCode")}
    except (BotoCoreError, HTTPClientError, ValueError, TypeError) as failure:
        return {"ok": False, "error": type(failure).__name__, "text": str(failure), "status": None}


def call(task):
    wait = task.get("timeouts", 10)
    client = botocore.session.Session().create_client(
        task["service"], region_name=task.get("region"), endpoint_url=task.get("endpoint"),
        config=Config(
            connect_timeout=wait, read_timeout=wait,
            retries={"total_max_attempts": 1 + task.get("retries", 0), "mode": "standard"}))
    names = {operation: name for name, operation in client.meta.method_to_api_mapping.items()}
    answer = getattr(client, names[task["operation"]])(**task["parameters"])
    del answer["ResponseMetadata"]
    return answer


def credentials():
    found = botocore.session.Session().get_credentials()
    if found is None:
        return None
    keys = found.get_frozen_credentials()
    return {
        "method": found.method, "AccessKeyId": keys.access_key,
        "SecretAccessKey": keys.secret_key, "SessionToken": keys.token}


main()
