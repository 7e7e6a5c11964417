#!/usr/bin/env bash
# Installs on Debian, where they are missing, a linker and the library that ahead-of-time compiled code needs.
set -euo pipefail
linker=$(command -v clang || command -v gcc || true)
[ -n "$linker" ] && echo 'int main(void) { return 0; }' | "$linker" -x c - -lz -o /dev/null 2>/dev/null && exit 0

apt-get -q update
DEBIAN_FRONTEND=noninteractive apt-get install -qy --no-install-recommends clang zlib1g-dev
