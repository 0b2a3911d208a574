#!/bin/sh
# mkdisk.sh KERNEL DISK: makes a disk that a BIOS and a UEFI start, from a USB stick, a hard
# disk or a CD: an ISO file system with GRUB for both, and the kernel.
#
#	BIOS --> boot sector --> GRUB (i386-pc)     --> Multiboot2 --> kernel
#	UEFI --> EFI partition --> GRUB (x86_64-efi) --> Multiboot2 --> kernel
#
set -e
kernel=$1 disk=$2
go run ./boot/output/place -check "$disk"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
tree=$work/tree
mkdir -p "$tree/boot/grub"
cp "$kernel" "$tree/boot/tamagotake.elf"
cp "$(dirname "$0")/grub.cfg" "$tree/boot/grub/grub.cfg"
if ! grub-mkrescue -o "$work/disk" "$tree" >"$work/log" 2>&1; then
	tail -n 5 "$work/log" >&2
	echo "mkdisk: grub-mkrescue could not make $disk" >&2
	exit 1
fi
go run ./boot/output/place "$work/disk" "$disk"
echo "$disk: $(($(wc -c <"$disk") / 1024 / 1024)) MiB"
