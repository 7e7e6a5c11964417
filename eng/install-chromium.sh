#!/usr/bin/env bash
# Installs Chromium on Debian where there is none: the tests of the Allocation sample's page look at it in a real browser.
set -euo pipefail
command -v chromium >/dev/null && exit 0

apt-get -q update
DEBIAN_FRONTEND=noninteractive apt-get install -qy --no-install-recommends chromium fonts-dejavu-core
