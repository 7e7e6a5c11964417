#!/usr/bin/env bash
# The README's test command, on PostgreSQL from local binaries; then what needs PostgreSQL once more in a container.
set -euo pipefail
cd "$(dirname "$0")/.."
ANYWISE_POSTGRES=local dotnet test
ANYWISE_POSTGRES=container eng/docker-postgres.sh run dotnet test tests/Anywise.EfCore.Tests --no-build --filter FullyQualifiedName~OnPostgres
