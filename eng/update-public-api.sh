#!/usr/bin/env bash
# Writes what is public, and not yet listed, into the PublicAPI.Unshipped.txt of each package. Review the diff: each line is a promise.
set -euo pipefail
cd "$(dirname "$0")/.."
for project in src/*/*.csproj; do
  dotnet format analyzers "$project" --diagnostics RS0016 --severity warn
done
