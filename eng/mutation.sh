#!/usr/bin/env bash
# Mutates Collecting and Committing and runs the tests against each mutant: all on SQLite, of those on PostgreSQL what only they can tell.
# A few hundred random histories tell as much as thousands. Fails below 85 %. Takes most of an hour.
set -euo pipefail
cd "$(dirname "$0")/.."
dotnet tool restore
export ANYWISE_POSTGRES=${ANYWISE_POSTGRES:-local} ANYWISE_REQUIRE_POSTGRES=1 ANYWISE_HISTORIES=${ANYWISE_HISTORIES:-200}
cd tests/Anywise.EfCore.Tests
dotnet stryker "$@"
