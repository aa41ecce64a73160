#!/usr/bin/env bash
# The second half of action.yml: one `policyengine check`, `diff` or `drift`, told in every form that GitHub shows.
#
# In:  POLICYENGINE, the command; COMMAND, DIRECTORY, BASE, STRICT and FAIL_ON, the inputs of the action.
# Out: annotations and the result in the log, the job summary, and the outputs `comment-file`, `sarif-file` and
#      `exit-code`. Exits as policyengine does.
set -euo pipefail

reports=$(mktemp -d "$RUNNER_TEMP/policyengine-reports.XXXXXX")
trap 'printf "exit-code=%s\n" "$?" >>"$GITHUB_OUTPUT"' EXIT

refuse() {
  printf '::error title=policyengine::%s\n' "$1"
  exit 2
}

# The exit code of policyengine goes to `code`, what it has to say about itself to the file `errors`.
run() {
  code=0
  "$POLICYENGINE" "${arguments[@]}" "$@" "${operands[@]}" 2>"$reports/errors" || code=$?
}

# The same result in another form.
render() {
  local before=$code
  run --format "$1" --output "$reports/$2"
  ((code == before)) || give_up
}

annotate() {
  printf '::error title=policyengine %s::%s\n' "$COMMAND" "${1//'%'/%25}"
}

give_up() {
  ((code > 1)) || code=2
  [[ -s $reports/errors ]] || cp "$reports/log" "$reports/errors" # findings on what does not compile
  cat "$reports/errors" >&2
  annotate "$(head -n 1 "$reports/errors")"
  {
    printf '<!-- policyengine-%s -->\n### policyengine %s\n\ncould not judge (exit code %s)\n\n' "$COMMAND" "$COMMAND" "$code"
    head -c 50000 "$reports/errors" | sed 's/^/    /' # a comment has 65,536 characters; indented, Markdown takes it as code
  } >"$reports/comment.md"
  publish
  exit "$code"
}

publish() {
  cat "$reports/comment.md" >>"$GITHUB_STEP_SUMMARY"
  printf 'comment-file=%s\n' "$reports/comment.md" >>"$GITHUB_OUTPUT"
}

case $STRICT in
  true | false) ;;
  *) refuse "strict: expected true or false" ;;
esac

# All forms are judged as of the same moment.
arguments=("$COMMAND" -C "$DIRECTORY" --at "$(date -u +%Y-%m-%dT%H:%M:%S)")
operands=(--) # what follows is no option
case $COMMAND in
  check)
    [[ -z $FAIL_ON ]] || refuse "fail-on: only diff takes it; check has gate.fail_on in policyengine.toml"
    [[ $STRICT == false ]] || arguments+=(--strict)
    log=github
    ;;
  diff)
    [[ $STRICT == false ]] || refuse "strict: only check takes it"
    arguments+=(--revisions) # whoever wrote the change chose the names of its files and links, not those of revisions
    operands+=("$BASE")
    [[ -z $FAIL_ON ]] || arguments+=(--fail-on "$FAIL_ON")
    log=terminal
    ;;
  drift)
    [[ $STRICT == false ]] || refuse "strict: only check takes it"
    code=0 # AWS is read once for all forms
    "$POLICYENGINE" "${arguments[@]}" --quiet --keep "$reports/pulled.json" 2>"$reports/errors" || code=$?
    [[ -e $reports/pulled.json ]] || give_up
    arguments+=(--pulled "$reports/pulled.json")
    [[ -z $FAIL_ON ]] || arguments+=(--fail-on "$FAIL_ON")
    log=terminal
    ;;
  *) refuse "command: expected check, diff or drift" ;;
esac

run --format "$log" >"$reports/log"
((code < 2)) || give_up
cat "$reports/errors" >&2
cat "$reports/log"
render markdown comment.md
if [[ $COMMAND != diff ]]; then
  render sarif policyengine.sarif
  printf 'sarif-file=%s\n' "$reports/policyengine.sarif" >>"$GITHUB_OUTPUT"
fi
if [[ $COMMAND != check ]] && ((code == 1)); then
  annotate "$(tail -n 1 "$reports/log")"
fi
publish
exit "$code"
