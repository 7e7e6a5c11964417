#!/usr/bin/env bash
# closing-line.sh COMMAND...: runs a 'dotnet test', passes its output on, and closes with "N passed, N failed, N skipped" summed over
# all test assemblies. Returns the command's exit code, or 1 if no test ran.
set -o pipefail
log=$(mktemp)
trap 'rm -f "$log"' EXIT
"$@" 2>&1 | tee "$log"
result=${PIPESTATUS[0]}
awk '
  /^(Passed|Failed|Skipped)! +- Failed: +[0-9]+, Passed: +[0-9]+, Skipped: +[0-9]+/ {
    match($0, /Failed: +[0-9]+/);  failed  += substr($0, RSTART + 7, RLENGTH - 7)
    match($0, /Passed: +[0-9]+/);  passed  += substr($0, RSTART + 7, RLENGTH - 7)
    match($0, /Skipped: +[0-9]+/); skipped += substr($0, RSTART + 8, RLENGTH - 8)
  }
  END { printf "%d passed, %d failed, %d skipped\n", passed, failed, skipped; exit (passed + failed == 0) }
' "$log" || [ "$result" != 0 ] || result=1
exit "$result"
