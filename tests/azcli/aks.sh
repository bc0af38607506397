#!/bin/sh
# Simulates az aks command invoke: AKS copies the file into an empty folder of a pod and runs
# the command there. az succeeds even if the command fails.
[ "$1 $2 $3" = "aks command invoke" ] || { echo "az: $* is not simulated" >&2; exit 2; }
shift 3
while [ $# -gt 0 ]; do
	case $1 in
	--resource-group) group=$2 ;;
	--name) name=$2 ;;
	--command) command=$2 ;;
	--file) file=$2 ;;
	*) echo "unrecognized arguments: $1" >&2; exit 2 ;;
	esac
	shift 2
done
[ "$group/$name" = "$AKS_CLUSTER" ] || { echo "az: cluster $group/$name not found" >&2; exit 3; }
[ -f "$file" ] || { echo "az: file $file not found" >&2; exit 1; }
pod=$(mktemp -d)
cp "$file" "$pod/$(basename "$file")"
logs=$(cd "$pod" && sh -c "$command" 2>&1)
code=$?
rm -r "$pod"
echo "command started at 2026-11-25 08:00:00+00:00, finished at 2026-11-25 08:00:02+00:00 with exitcode=$code"
echo "$logs"
