#!/usr/bin/env bash
# An application with the dispatcher alone is published ahead of time without a warning, has nothing of EF Core in it, and works.
set -euo pipefail
cd "$(dirname "$0")/.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

dotnet publish tests/Anywise.Aot --use-current-runtime --output "$work" 2>&1 | tee "$work/publish.log"
if grep -qE 'warning (IL|CS|ANY)[0-9]+' "$work/publish.log"; then
  echo 'It was published with warnings.' >&2
  exit 1
fi
if grep -qa 'Microsoft\.EntityFrameworkCore' "$work/Anywise.Aot"; then
  echo 'AddAnywiseDispatcher reaches code of EF Core.' >&2
  exit 1
fi
"$work/Anywise.Aot"
