"""SIGKILL while a bundle is applied: all of it is there or nothing, an older one never, and applying
it again mends what there is to mend."""

import os
import random
import shutil
import signal

from fault_launch import launch, spread
from fault_trace import calls_in, is_changing
from seed_homes import SeedAdmin, SeedMachine

OTHER_POINTS = 8


class Scene:
    """A machine that has the first of three bundles, and is put back to that before each kill."""

    def __init__(self, root, prefix):
        root.mkdir()
        admin = SeedAdmin(root / "admin", prefix)
        for name in ("one", "two"):
            admin.add(name, "bot", f"canary {name} 1", f"registry:{name}.io")
        self.machine = SeedMachine(root / "machine", prefix)
        self.machine.trust(admin)
        self.bundles = []
        for counter in (1, 2, 3):
            self.bundles.append(
                admin.bundle([self.machine], f"--counter {counter} one two"))
            for name in ("one", "two"):
                admin.does(f"keyfob edit {name} --stdin", f"canary {name} {counter + 1}")
        self.machine.apply(self.bundles[0])
        self.before = self.machine.files()

    def restore(self):
        home = self.machine.home.path
        shutil.rmtree(home / ".local")
        for name, content in self.before.items():
            path = home / name
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with open(path, "wb", opener=lambda name, flags: os.open(name, flags, 0o600)) as file:
                file.write(content)

    def apply(self, wrapper=(), bundle=2):
        home = self.machine.home
        argv = [*wrapper, str(home.program("keyfob")), "seed", "apply",
                str(self.bundles[bundle])]
        return launch(argv, home.env)

    def generation(self):
        """Which bundle's secrets clients are given; they must be all of one."""
        answers = {name: self.machine.docker_get(f"{name}.io") for name in ("one", "two")}
        for generation in (1, 2, 3):
            if answers == {name: ("bot", f"canary {name} {generation}") for name in answers}:
                return generation
        raise AssertionError(answers)


def test_killed_at_any_call(tmp_path, prefix, full):
    scene = Scene(tmp_path / "counted", prefix)
    calls = calls_in(lambda wrapper: scene.apply(wrapper), tmp_path / "log")
    assert scene.generation() == 3
    points = calls if full else sample(calls)
    scenes = {}

    def work(number, points):
        scene = scenes.setdefault(number, Scene(tmp_path / f"scene-{number}", prefix))
        return [outcome(scene, call) for call in points]

    outcomes = spread(work, points)
    # Both sides of the write were reached, and the moment between record and write.
    assert {"before", "begun", "after"} <= set(outcomes), outcomes
    assert outcomes.count("lived") <= 2 + len(points) // 50


def sample(calls):
    chosen = {index + step for index, call in enumerate(calls) if is_changing(call)
              for step in (0, 1) if index + step < len(calls)}
    rest = [index for index in range(len(calls)) if index not in chosen]
    chosen |= set(random.Random(len(calls)).sample(rest, OTHER_POINTS))
    return [calls[index] for index in sorted(chosen)]


def outcome(scene, call):
    """Where the kill came, and whether all is well after it."""
    scene.restore()
    killed = scene.apply(call.injection("signal=SIGKILL"))
    if killed.code != -signal.SIGKILL:
        assert scene.generation() == 3
        return "lived"
    generation = scene.generation()
    assert generation in (1, 3), str(call)
    older = scene.apply(bundle=1)
    where = "after" if generation == 3 else "before"
    if older.code == 0:
        # Nothing of the third was begun: the second is a bundle like any other.
        assert generation == 1 and scene.generation() == 2, str(call)
    else:
        assert b"is older than the last one" in older.err, (str(call), older)
        assert scene.generation() == generation, str(call)
        if generation == 1:
            where = "begun"
    again = scene.apply()
    assert (again.code, scene.generation()) == (0, 3), (str(call), again)
    assert b"is applied already" in scene.apply().err, str(call)
    assert b"is older than the last one" in scene.apply(bundle=1).err, str(call)
    return where
