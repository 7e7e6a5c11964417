#!/usr/bin/env bash
# Mutates Collecting and Committing and runs the tests of both databases against each mutant; fails below 85 %. Takes most of an hour.
set -euo pipefail
cd "$(dirname "$0")/.."
dotnet tool restore
export ANYWISE_POSTGRES=${ANYWISE_POSTGRES:-local} ANYWISE_REQUIRE_POSTGRES=1
cd tests/Anywise.EfCore.Tests
dotnet stryker "$@"
