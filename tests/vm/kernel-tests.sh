#!/bin/bash
# Runs tests/Kernel.Tests, or another test project, on a stock kernel in a virtual machine.
#
#   kernel-tests.sh [-k KERNEL] [-p PROJECT] [--hooks auto|kprobe|tracepoint|rawtracepoint] [-- OPTION...]
#
# Builds here, runs the test program in the guest with PXO_TEST_HOOKS set; OPTION... go to the test program (such as
# -class X). KERNEL as in run-in-vm.sh. Exit status: the tests'; 125 when the virtual machine failed.
set -euo pipefail
HERE=$(cd "$(dirname "$0")" && pwd)
ROOT=$(cd "$HERE/../.." && pwd)
ARTIFACTS=${ArtifactsPath:-$ROOT/artifacts}
KERNEL=6.1 PROJECT=Kernel HOOKS=kprobe SECONDS_AT_MOST=${VM_TIMEOUT:-840}
while [ $# -gt 0 ]; do
	case $1 in
	-k) KERNEL=$2; shift 2 ;;
	-p) PROJECT=$2; shift 2 ;;
	--hooks) HOOKS=$2; shift 2 ;;
	--) shift; break ;;
	*) sed -n 2,7p "$0" >&2; exit 2 ;;
	esac
done
dotnet build "$ROOT/tests/$PROJECT.Tests" -v q -nologo --tl:off >&2
PXO_TEST_HOOKS=$HOOKS exec "$HERE/run-in-vm.sh" -k "$KERNEL" -t "$SECONDS_AT_MOST" \
	"$ARTIFACTS/bin/PixieOrleans.$PROJECT.Tests/debug/PixieOrleans.$PROJECT.Tests" -noColor "$@"
