"""What our stand-ins for AWS have in common: they count calls and go wrong where a test says so."""

import threading
import time
from collections import Counter

from .loopback import LoopbackServer


class Exchange:
    """One call, for a behaviour to decide about."""

    def __init__(self, server, action, request):
        self.server = server
        self.action = action
        self.request = request

    def proceed(self):
        """The answer as it would be."""
        return self.server.act(self.action, self.request)

    def wait(self, seconds=None):
        """Lets time pass, but not past the server's end."""
        self.server.ending.wait(seconds)


class AWSServer(LoopbackServer):
    """A server of actions, named as IAM names them (`ecr:GetAuthorizationToken`).

    A behaviour (see aws_behaviour.py) takes an exchange and returns a reply.
    """

    def __init__(self, **where):
        self._behaviours = {}
        self._requests = []
        self._counting = threading.Lock()
        super().__init__(**where)

    def action(self, request):
        """The name of what is asked for."""
        raise NotImplementedError

    def act(self, action, request):
        """Answers as AWS does."""
        raise NotImplementedError

    def on(self, action, behaviour):
        """From now on answers an action by a behaviour; None ends that."""
        self._behaviours[action] = behaviour

    def environment(self, variables):
        """The variables, and those by which a client takes this server for all of AWS."""
        return {"AWS_EC2_METADATA_DISABLED": "true", **variables, "AWS_ENDPOINT_URL": self.url}

    def answer(self, request):
        action = self.action(request)
        with self._counting:
            self._requests.append((action, time.time(), request))
        exchange = Exchange(self, action, request)
        behaviour = self._behaviours.get(action)
        return behaviour(exchange) if behaviour else exchange.proceed()

    def count(self, action):
        """How many requests for the action came, whatever became of them."""
        return self.counts()[action]

    def counts(self):
        with self._counting:
            return Counter(action for action, _, _ in self._requests)

    def requests(self, action=None):
        """The requests so far, in order."""
        with self._counting:
            return [request for name, _, request in self._requests if action in (None, name)]

    def times(self, action):
        """When the requests for the action came, in seconds since 1970."""
        with self._counting:
            return [moment for name, moment, _ in self._requests if name == action]

    def forget(self):
        """Counts from nothing again."""
        with self._counting:
            self._requests.clear()
