#!/usr/bin/env bash
# Writes what is public, and not yet listed, into the PublicAPI.Unshipped.txt of each package. Review the diff: each line is a promise.
set -euo pipefail
cd "$(dirname "$0")/.."
for list in src/*/PublicAPI.Unshipped.txt; do
  missing=$(dotnet build --no-incremental "$(dirname "$list")" | sed -n "s/.*error RS0016: Symbol '\(.*\)' is not part of the declared public API.*/\1/p" || true)
  { echo '#nullable enable'; { grep -v '^#' "$list" || true; echo "$missing"; } | grep . | LC_ALL=C sort -u; } >"$list.new"
  mv "$list.new" "$list"
done
