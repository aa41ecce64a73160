#!/usr/bin/env bash
# The first half of action.yml: policyengine in an environment of its own, for this step and those after it.
#
# In:  PYTHON, an interpreter; VERSION, a release, or empty for the sources beside this script; COMMAND, the input of the
#      action: `drift` reads AWS and needs what others do not.
# Out: the output `command`, and a folder on the path that holds `policyengine` and nothing else.
set -euo pipefail

refuse() {
  printf '::error title=policyengine::%s\n' "$1"
  exit 2
}

[[ -z $VERSION || $VERSION =~ ^[0-9][0-9A-Za-z.+!]*$ ]] || refuse "version: expected a release such as 0.1.0"

extra=""
[[ ${COMMAND:-check} != drift ]] || extra="[aws]"
wanted="${VERSION:+backup-policyengine$extra==$VERSION}"
wanted="${wanted:-$GITHUB_ACTION_PATH$extra}"
known=$(printf '%s\n' "$PYTHON" "$wanted" | cksum)
environment="$RUNNER_TEMP/policyengine-${known%% *}" # the same for a second use in one job

if [[ ! -e $environment/path/policyengine ]]; then
  # -I: a pip.py or venv.py of the repository that is checked would be run otherwise.
  "$PYTHON" -I -m venv --clear "$environment"
  "$environment/bin/python" -I -m pip install --quiet --disable-pip-version-check "$wanted"
  mkdir "$environment/path"
  ln -s ../bin/policyengine "$environment/path/policyengine"
fi

printf '%s\n' "$environment/path" >>"$GITHUB_PATH"
printf 'command=%s\n' "$environment/bin/policyengine" >>"$GITHUB_OUTPUT"
