"""Paths that look like a stored one, for what is bound to a path."""

from lookalikes import GIT, asked, cut, mutation, word


def path_mutation(function):
    """One that needs a path; without one it gives None."""
    def with_path(place, choose):
        return function(place, choose) if place.path else None
    with_path.__name__ = function.__name__
    return mutation(with_path)


@path_mutation
def case_of_the_path(place, choose):
    letters = [at for at, char in enumerate(place.path) if char.isalpha()]
    chosen = set(choose.sample(letters, choose.randrange(1, len(letters) + 1)))
    return asked(place, path="".join(
        char.upper() if at in chosen else char for at, char in enumerate(place.path)))


@path_mutation
def dot_segments(place, choose):
    path = place.path
    # git decodes a path before it asks: what is escaped in git's words is an ordinary name.
    escaped = () if place.protocol == GIT else ("%2e%2e", ".%2e", "%2E.", "%2e", "%2E%2E")
    up = choose.choice(("..", ".", *escaped))
    return asked(place, path=choose.choice((
        f"{path}/{up}/{word(choose)}", f"{word(choose)}/{up}/{path}", f"{up}/{path}",
        f"{path}/{up}", f"{path}/{word(choose)}/{up}")))


@path_mutation
def escaped_twice(place, choose):
    up = choose.choice(("%252e%252e", "..;", "%c0%ae%c0%ae", "%u002e%u002e"))
    return asked(place, path=f"{word(choose)}/{up}/{place.path}")


@path_mutation
def double_slash(place, choose):
    front, back = cut(place.path, choose)
    return asked(place, path=choose.choice((
        f"/{place.path}", f"{place.path}//", f"{place.path}//{word(choose)}",
        f"//{place.path}/{word(choose)}", f"{front}//{back}")))


@path_mutation
def escaped_slash(place, choose):
    escape = choose.choice(("%2f", "%2F", "%5c", "%252f"))
    return asked(place, path=choose.choice((
        f"{place.path}{escape}{word(choose)}", f"{word(choose)}{escape}{place.path}",
        place.path.replace("/", escape, 1) if "/" in place.path else place.path + escape)))


@path_mutation
def path_suffix(place, choose):
    return asked(place, path=place.path + choose.choice(("", "-", ".", "_", "~", "%20", "%00"))
                 + word(choose))


@path_mutation
def path_prefix(place, choose):
    return asked(place, path=word(choose) + choose.choice(("", "/", "-", ".")) + place.path)


@path_mutation
def shorter_path(place, choose):
    return asked(place, path=place.path[:choose.randrange(len(place.path))])


@path_mutation
def path_query_or_fragment(place, choose):
    mark = choose.choice("?#;")
    return asked(place, path=place.path + mark + word(choose))
