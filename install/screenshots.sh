#!/usr/bin/env bash
# Draws the pictures of README.md anew, from what the installed `keyfob` writes to a terminal.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
tree=$(dirname "$here")
prefix=$(realpath -- "${1:?usage: install/screenshots.sh PREFIX}")

mkdir -p "$tree/docs"
exec /usr/bin/python3 -B "$tree/Tests/Command/pictures.py" "$prefix" "$tree/docs"
