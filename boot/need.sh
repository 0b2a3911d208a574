#!/bin/sh
# need.sh COMMAND=PACKAGE ...: sees to it that the commands are there, from Debian
# packages where they are not. Says one line and fails where it cannot. A path stands for a
# file that is no command.
missing=
for pair in "$@"; do
	command -v "${pair%%=*}" >/dev/null 2>&1 || [ -e "${pair%%=*}" ] || missing="$missing ${pair#*=}"
done
[ -n "$missing" ] || exit 0

root=
if ! command -v apt-get >/dev/null 2>&1; then
	echo "need: this is not Debian; install what it calls:$missing" >&2
	exit 1
elif [ "$(id -u)" != 0 ]; then
	if ! sudo -n true 2>/dev/null; then
		echo "need: no rights to install packages; as root: apt-get install$missing" >&2
		exit 1
	fi
	root=sudo
fi
echo "need: installing$missing" >&2
log=$(mktemp)
# apt calls apt-get, and again while another one, be it Debian's daily update, has a lock.
# apt-get itself waits for one lock of several.
apt() {
	tries=60
	until $root env LC_ALL=C DEBIAN_FRONTEND=noninteractive apt-get "$@" >>"$log" 2>&1; do
		tries=$((tries - 1))
		[ "$tries" -gt 0 ] && tail -n 3 "$log" | grep -q -e 'get lock' -e 'Unable to lock' || return 1
		sleep 5
	done
}
# shellcheck disable=SC2086 # the list is words
if apt update && apt install -y --no-install-recommends $missing; then
	rm -f "$log"
	exit 0
fi
tail -n 5 "$log" >&2
echo "need: apt-get could not install$missing; all it said is in $log" >&2
exit 1
