#!/usr/bin/env bash
# Writes the completions and the man page of `keyfob` anew, from what the command says of itself.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
tree=$(dirname "$here")
keyfob=$(realpath -- "${1:?usage: install/generate.sh PREFIX}/bin/keyfob")

# The day of the last release: the page changes only when the command does.
date=2026-11-20

main() {
    generate_completions
    generate_man_page
}

generate_completions() {
    mkdir -p "$here"/completions/{bash,zsh,fish}
    "$keyfob" completions bash >"$here/completions/bash/keyfob"
    "$keyfob" completions zsh >"$here/completions/zsh/_keyfob"
    "$keyfob" completions fish >"$here/completions/fish/keyfob.fish"
}

# The parser's own generator, built from the sources that the package resolved; its plugin for
# SwiftPM would ask the helpers as well, which know nothing of it.
generate_man_page() {
    local parser=$tree/.build/checkouts/swift-argument-parser
    local build=(swift build --package-path "$parser" --scratch-path "$tree/.build/manual")
    "${build[@]}" --product generate-manual
    local generator
    generator=$("${build[@]}" --show-bin-path)/generate-manual
    # An empty line is no paragraph in mdoc.
    "$generator" "$keyfob" --date "$date" --output-directory - |
        sed 's/^$/.Pp/' >"$here/man/keyfob.1"
}

main "$@"
