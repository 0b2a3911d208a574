#!/bin/sh
# doctor.sh: what building, running, testing and debugging need, whether it is here,
# and how to get it. Fails if something is missing that make does not install.
status=0
check() { # COMMAND WHAT-FOR HOW-TO-GET
	if path=$(command -v "$1" 2>/dev/null); then
		printf 'ok       %-20s %s\n' "$1" "$path"
	else
		printf 'MISSING  %-20s %s: %s\n' "$1" "$2" "$3"
		[ "$3" = "make installs it" ] || status=1
	fi
}
auto="make installs it"
command -v apt-get >/dev/null 2>&1 || auto="from your system's packages"
check make "everything" "Debian package make"
check go "everything" "go.dev/dl, any release from 1.21 on: it fetches $GOTOOLCHAIN itself"
check qemu-system-x86_64 "run and test, amd64" "$auto"
check qemu-system-arm "run and test, arm" "$auto"
check qemu-img "test disks" "$auto"
check gdb-multiarch "make debug" "$auto"
check grub-mkrescue "make disk" "$auto"
check xorriso "make disk" "$auto"
check mkimage "make test" "$auto"
check fsck.fat "make test" "$auto"
check mtype "make disk, make test" "$auto"
if command -v go >/dev/null 2>&1; then
	if version=$(go version 2>&1); then
		printf 'ok       %-20s %s\n' toolchain "$version"
	else
		printf 'MISSING  %-20s %s\n' toolchain "$version"
		status=1
	fi
fi
exit $status
