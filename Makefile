# Every command that a person or CI uses. `make help` lists them.

# The Go release that the tools and the host tests are built with. Any go from 1.21 on fetches it.
export GOTOOLCHAIN := go1.26.8

# Where Debian has the tools for file systems.
export PATH := $(PATH):/usr/sbin:/sbin

TARGET  ?= amd64
# q35 or microvm, for amd64.
MACHINE ?= q35
# The go command of the TamaGo distribution, to build with that instead.
TAMAGO  ?=
# An image for the kernel to have as its disk, with a random device beside it: amd64.
DISK    ?=
# Further arguments for QEMU.
QEMUFLAGS ?=

# The kernel's images. usbarmory is the ARM kernel for that board, usbarmory-1g for the
# boards with one gigabyte of memory; QEMU runs both on mcimx6ul-evk.
TARGETS := amd64 arm usbarmory usbarmory-1g
ifeq ($(filter $(TARGET),$(TARGETS)),)
$(error no TARGET "$(TARGET)": there are $(TARGETS))
endif
ARCHS := amd64 arm
ARCH  := $(if $(filter amd64,$(TARGET)),amd64,arm)

PORTFLAGS_amd64        := -arch amd64
PORTFLAGS_arm          := -arch arm
PORTFLAGS_usbarmory    := -arch arm -tags usbarmory
PORTFLAGS_usbarmory-1g := -arch arm -tags usbarmory,ram1g
ifeq ($(filter $(MACHINE),q35 microvm),)
$(error no MACHINE "$(MACHINE)": there are q35 and microvm)
endif
ifneq ($(TAMAGO),)
ifeq ($(shell command -v $(TAMAGO)),)
$(error TAMAGO="$(TAMAGO)" is not a command: name the go command of the TamaGo distribution)
endif
endif

ifneq ($(value DISK),)
ifneq ($(TARGET),amd64)
$(error DISK is for TARGET=amd64)
endif
VIRTIO_q35     := pci
VIRTIO_microvm := device
# Make would take the name apart at its spaces and expand its dollars: it goes to the shell in
# the environment. QEMU wants commas twice, and takes what comes before a colon to be a
# protocol unless there is a slash before.
export DISK_NAME := $(value DISK)
DISKFLAGS := -global virtio-mmio.force-legacy=false \
	-drive "if=none,id=disk,format=raw,file=$$(printf %s "$$DISK_NAME" | sed -e 's|^[^/]|./&|' -e 's/,/,,/g')" \
	-device virtio-blk-$(VIRTIO_$(MACHINE)),drive=disk -device virtio-rng-$(VIRTIO_$(MACHINE))
endif

NEED_amd64 := qemu-system-x86_64=qemu-system-x86
NEED_arm   := qemu-system-arm=qemu-system-arm

QEMU_amd64 := qemu-system-x86_64 -machine $(MACHINE) -cpu max -m 64M -nodefaults -display none
QEMU_arm   := qemu-system-arm -machine mcimx6ul-evk -m 512M -nodefaults -display none -semihosting -nic user,restrict=on -nic user,restrict=on
# The board's console is the second serial port.
QEMU_usbarmory    := $(QEMU_arm) -serial null
QEMU_usbarmory-1g := $(QEMU_usbarmory) -m 1G
CRASH_amd64 := -device isa-debug-exit,iobase=0xf4,iosize=4

IMAGE := build/tamagotake-$(TARGET).elf

# Images that only tests boot: the packages below qemu/ of the same names. Those of SEALED are
# verified and sealed as the kernel is.
PLAIN  := motion latency straight sleepers uart memory early runtime
SEALED := abort exhaust stream sealed

# What is built for the targets only.
BARE := ./kernel/... ./hal/... ./drivers/... $(addprefix ./qemu/,$(PLAIN) $(SEALED)) ./boot/verify/bad ./boot/verify/waits ./boot/verify/verdicts

STATICCHECK := honnef.co/go/tools/cmd/staticcheck@v0.7.0

.PHONY: test-go check-disk help doctor new-driver image images imx sdcard keys flash flash-image sdp disk run-disk verify run debug test test-host test-models test-boot test-docs lint bench soak sound size boottime drvbench latency clean
.DEFAULT_GOAL := image

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-11s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
	@echo "variables: TARGET=amd64|arm|usbarmory|usbarmory-1g  MACHINE=q35|microvm  DISK=image  TAMAGO=/path/to/go  QEMUFLAGS=...  FIRMWARE=bios|uefi"
	@echo "for a card: IMG=file  CONFIG=\"files\"  DEV=/dev/sdX  YES=1  FORCE=1  SIGN=keys/"

doctor: ## what is needed, whether it is here, how to get it
	@boot/doctor.sh

new-driver: ## NAME=x: write drivers/x, the beginning of a driver with a test that passes
	@mkdir -p build
	@go build -o build/newdriver ./internal/newdriver
	@build/newdriver "$(NAME)"

image: ## build build/tamagotake-TARGET.elf, and .sym.elf beside it for the debugger
	@$(MAKE) -s --no-print-directory image-$(TARGET)

images: $(TARGETS:%=image-%) ## build all of them

image-%:
	@mkdir -p build
	@go run ./cmd/tamagotake link $(PORTFLAGS_$*) $(if $(TAMAGO),-tamago $(TAMAGO)) -o build/link-$*.elf ./kernel
	@go run ./boot/verify -q -seal -json build/verify-$*.json build/link-$*.elf kernel drivers rt
	@go run ./boot/image/pack -sym build/tamagotake-$*.sym.elf -o build/tamagotake-$*.elf build/link-$*.elf

TEST_IMAGES := $(foreach i,$(PLAIN) $(SEALED),$(ARCHS:%=test-image-$(i)-%))

$(TEST_IMAGES): test-image-%:
	@mkdir -p build
	@go run ./cmd/tamagotake link -arch $(lastword $(subst -, ,$*)) $(if $(TAMAGO),-tamago $(TAMAGO)) -o build/link-$*.elf ./qemu/$(firstword $(subst -, ,$*))
	@$(if $(filter $(SEALED:%=%-%),$*),go run ./boot/verify -q -seal build/link-$*.elf qemu/$(firstword $(subst -, ,$*)) rt)
	@go run ./boot/image/pack -sym build/$*.sym.elf -o build/$*.elf build/link-$*.elf

# A PC. One disk for both kinds of firmware.
ISO      := build/tamagotake-amd64.iso
FIRMWARE ?= bios
ifeq ($(filter $(FIRMWARE),bios uefi),)
$(error no FIRMWARE "$(FIRMWARE)": there are bios and uefi)
endif
NEED_disk := grub-mkrescue=grub-common xorriso=xorriso mformat=mtools \
	/usr/lib/grub/i386-pc/multiboot2.mod=grub-pc-bin /usr/lib/grub/x86_64-efi/multiboot2.mod=grub-efi-amd64-bin
OVMF      := /usr/share/ovmf/OVMF.fd
FIRMWARE_uefi := -bios $(OVMF)

disk: image-amd64 ## a disk that a PC starts from, by BIOS or UEFI: build/tamagotake-amd64.iso
	@boot/need.sh $(NEED_disk)
	@boot/disk/mkdisk.sh build/tamagotake-amd64.elf $(ISO)

run-disk: disk ## boot that in QEMU, with FIRMWARE=bios or uefi
	@boot/need.sh $(NEED_amd64) $(OVMF)=ovmf
	@$(QEMU_amd64) -machine q35 -m 256M $(FIRMWARE_$(FIRMWARE)) $(CRASH_amd64) -drive file=$(ISO),format=raw,if=none,id=disk,snapshot=on -device ide-hd,drive=disk -chardev stdio,id=console,mux=on,signal=off -serial chardev:console $(QEMUFLAGS)

# The USB armory. Its registers, memory controller and all, are settings of the TamaGo
# module that go.mod names, one file for each size of memory.
ARMORY := $(if $(filter usbarmory%,$(TARGET)),$(TARGET),usbarmory)
IMX    := build/tamagotake-$(ARMORY).imx
CFG_usbarmory    := imximage.cfg
CFG_usbarmory-1g := imximage-1gb.cfg

# A directory of keys to sign with.
SIGN  :=
MKIMX  = cfg="$$(go list -m -f '{{.Dir}}' github.com/usbarmory/tamago)/board/usbarmory/mk2/$(CFG_$(ARMORY))" && \
	go run ./boot/image/mkimx -cfg "$$cfg" $(if $(SIGN),-sign "$(SIGN)")

imx: image-$(ARMORY) ## the image that a USB armory starts from, signed if SIGN=dir: build/tamagotake-usbarmory.imx
	@$(MKIMX) -o $(IMX) build/tamagotake-$(ARMORY).elf

keys: ## keys to sign with, in SIGN=dir, which has none; no fuse is touched
	@[ -n "$(SIGN)" ] || { echo "keys: where? make keys SIGN=dir"; exit 1; }
	@go run ./boot/image/mkkeys "$(SIGN)"

# What make sdcard writes and make flash reads, and files for its partition.
IMG    ?= build/tamagotake-$(ARMORY).img
CONFIG ?=

sdcard: imx ## a whole card with it: IMG=file, with a FAT partition that has CONFIG="files"
	@go run ./boot/card/mkcard -o "$(IMG)" $(IMX) $(CONFIG)

flash-image: sdcard ## kernel, .imx and card in one step, as make flash wants it

# The disk to write to; YES=1 does not ask, FORCE=1 also takes fixed and large ones. From
# the command line only: what happens to be in the environment is no consent.
DEV   :=
YES   :=
FORCE :=

# What was made is what is written, with whatever files and signatures: it is not made anew.
flash: ## write that to DEV=/dev/sdX, after checks and a question, and read it back
	@mkdir -p build
	@go build -o build/flash ./boot/flash && build/flash $(if $(YES),-yes) $(if $(FORCE),-force) -dev "$(DEV)" "$(IMG)"

# What is signed for USB is another memory than what is signed for a card.
USBIMX := $(IMX:%.imx=%-usb.imx)

sdp: image-$(ARMORY) ## load it over USB into a board that waits for a download, and start it
	@$(MKIMX) $(if $(SIGN),-usb) -o $(USBIMX) build/tamagotake-$(ARMORY).elf
	@go build -o build/sdp ./boot/sdp/download && build/sdp $(USBIMX)

verify: image ## what can run in front of the Go runtime, and how deep its stacks get: build/verify-TARGET.json
	@go run ./boot/verify -v -json build/verify-$(TARGET).json build/link-$(TARGET).elf kernel drivers rt

check-disk:
	@[ -z "$$DISK_NAME" ] || [ -f "$$DISK_NAME" ] || [ -b "$$DISK_NAME" ] || \
		{ echo "there is no DISK \"$$DISK_NAME\": qemu-img create -f raw FILE 64M makes one" >&2; exit 1; }

run: check-disk image ## boot it with an interactive console; halt leaves, or Ctrl-A X
	@boot/need.sh $(NEED_$(ARCH))
	@$(QEMU_$(TARGET)) $(CRASH_$(ARCH)) -kernel $(IMAGE) -chardev stdio,id=console,mux=on,signal=off -serial chardev:console $(DISKFLAGS) $(QEMUFLAGS)

# Where it waits for the debugger.
GDB_PORT ?= 1234

debug: image ## boot it stopped, with a GDB port; prints the gdb line to type
	@boot/need.sh $(NEED_$(ARCH)) gdb-multiarch=gdb-multiarch
	@echo "gdb-multiarch -ex 'target remote localhost:$(GDB_PORT)' build/tamagotake-$(TARGET).sym.elf"
	@$(QEMU_$(TARGET)) -kernel $(IMAGE) -chardev stdio,id=console,mux=on,signal=off -serial chardev:console -S -gdb tcp:127.0.0.1:$(GDB_PORT) $(QEMUFLAGS)

# Time limits are for what hangs: a busy machine is no defect.
test: lint test-host test-models test-boot test-docs ## everything: the five below

test-host: ## host tests, with the race detector
	@boot/need.sh mkimage=u-boot-tools fsck.fat=dosfstools mtype=mtools
	go test -timeout 60m -race $$(go list ./... | grep -v -e /qemu$$ -e /docs$$)
	go test -timeout 60m -tags tasktrace ./rt/...

test-models: ## orders of the steps of queue, tasks, executors, sync, timer, doorbells: docs/models.md
	go test -timeout 60m -tags explore ./internal/explore
	go test -timeout 60m -tags explore -run '^TestModel' ./rt/...
	go test -timeout 60m -tags explore,doorbell -run '^TestModel' ./hal

test-boot: images imx disk $(TEST_IMAGES) ## boot tests in QEMU
	@boot/need.sh $(NEED_amd64) $(NEED_arm) $(OVMF)=ovmf qemu-img=qemu-utils
	go test -count=1 -timeout 120m ./qemu

test-docs: images ## every command of README.md and docs/
	@boot/need.sh $(NEED_amd64) $(NEED_arm) qemu-img=qemu-utils $(NEED_disk) $(OVMF)=ovmf
	go test -count=1 -timeout 120m ./docs

test-go: ## build, verify and boot with the other Go releases that there is a port for; test-boot has it
	@boot/need.sh $(NEED_amd64) $(NEED_arm)
	GO_RELEASES=all go test -count=1 -timeout 60m -run TestGoReleases ./qemu

lint: ## gofmt, vet and staticcheck, for the host and for both targets
	@files=$$(gofmt -l $$(git ls-files '*.go')); [ -z "$$files" ] || { echo "gofmt: $$files"; exit 1; }
	go vet ./...
	GOARCH=arm GOARM=7 go vet ./rt/... ./hal/...
	go vet -tags explore ./internal/... ./rt/...
	go vet -tags explore,doorbell ./hal
	go vet -tags tasktrace ./rt/...
	go run ./cmd/tamagotake vet -arch amd64 $(BARE)
	go run ./cmd/tamagotake vet -arch arm $(BARE)
	go run ./cmd/tamagotake vet $(PORTFLAGS_usbarmory) ./kernel ./hal/arm
	@[ -x build/staticcheck ] || GOBIN=$(CURDIR)/build go install $(STATICCHECK)
	build/staticcheck ./...
	build/staticcheck -tags explore ./internal/... ./rt/...
	build/staticcheck -tags explore,doorbell ./hal
	build/staticcheck -tags tasktrace ./rt/...
	go run ./cmd/tamagotake exec -arch amd64 build/staticcheck $(BARE)
	go run ./cmd/tamagotake exec -arch arm build/staticcheck $(BARE)
	go run ./cmd/tamagotake exec $(PORTFLAGS_usbarmory) build/staticcheck ./kernel ./hal/arm

bench: ## what queue and executor cost on this host: build/bench.json and docs/bench.md
	@mkdir -p build
	go run ./rt/bench -json build/bench.json -markdown docs/bench.md

soak: images ## what takes too long for every test: fuzzing, a minute each; disks at work for minutes; what motion must find
	@boot/need.sh $(NEED_amd64) $(NEED_arm) qemu-img=qemu-utils
	go test -count=1 -timeout 30m -run TestControls ./qemu -controls
	EXPLORE_LONG=1 go test -count=1 -timeout 60m -tags explore -run '^TestModel' ./rt/...
	go test -run '^$$' -fuzz FuzzEditor -fuzztime 1m ./kernel/console
	go test -run '^$$' -fuzz FuzzCommands -fuzztime 1m ./kernel/console
	go test -run '^$$' -fuzz FuzzDecode -fuzztime 1m ./drivers/cmosrtc
	go test -run '^$$' -fuzz FuzzDecode -fuzztime 1m ./boot/verify
	go test -run '^$$' -fuzz FuzzPack -fuzztime 1m ./boot/image
	go test -run '^$$' -fuzz FuzzConfig -fuzztime 1m ./boot/image/imx
	go test -run '^$$' -fuzz FuzzParse -fuzztime 1m ./boot/image/imx
	go test -run '^$$' -fuzz FuzzFromCard -fuzztime 1m ./boot/image/bootrom
	go test -run '^$$' -fuzz FuzzAuthenticate -fuzztime 1m ./boot/image/bootrom
	go test -run '^$$' -fuzz FuzzUSB -fuzztime 1m ./boot/image/bootrom
	go test -run '^$$' -fuzz FuzzSpace -fuzztime 1m ./drivers/pci
	go test -run '^$$' -fuzz FuzzWindows -fuzztime 1m ./drivers/virtio
	go test -run '^$$' -fuzz FuzzUsed -fuzztime 1m ./drivers/virtio
	go test -run '^$$' -fuzz FuzzRegisters -fuzztime 1m ./drivers/sd
	go test -run '^$$' -fuzz FuzzAgainstModel -fuzztime 1m ./rt/sched
	go test -run '^$$' -fuzz FuzzAgainstModel -fuzztime 1m ./rt/timer
	go test ./rt/queue ./rt/sched ./rt/timer ./rt/sync -run AgainstModel -rapid.checks=100000
	go test -run 'TestStress|Producers|Workers' -race -count=100 ./rt/queue ./rt/sched ./rt/timer ./rt/sync
	SOAK=1 go test -count=1 -timeout 90m -run 'TestDisk|TestPaste|TestPrint' ./qemu

# Each part writes a file of its own; internal/sound merges them, and says what is missing.
SOUND := $(CURDIR)/build/sound

sound: images $(filter test-image-abort-%,$(TEST_IMAGES)) ## that nothing is torn: aborts, mutants, page census, the verifier's verdicts: build/sound.json
	@boot/need.sh $(NEED_amd64) $(NEED_arm)
	@rm -rf build/sound build/sound.json && mkdir -p build/sound
	SOUND=$(SOUND) go test -count=1 -timeout 120m -run '^TestAbort$$|^TestPages$$' ./qemu
	SOUND=$(SOUND) go test -count=1 -timeout 60m -run '^TestMutants$$' ./internal/explore
	SOUND=$(SOUND) go test -count=1 -run '^TestVerdicts$$' ./boot/verify
	@go run ./internal/sound build/sound > build/sound.json; status=$$?; cat build/sound.json; exit $$status

size: images ## sizes of the images: build/size.json
	go run ./qemu/measure size

boottime: images ## instructions to the first poll, smallest memory, build times: build/boottime.json
	@boot/need.sh $(NEED_amd64) $(NEED_arm)
	go run ./qemu/measure boottime

drvbench: images $(filter test-image-straight-% test-image-uart-%,$(TEST_IMAGES)) ## what drivers cost: instructions, interrupts, allocations, throughput: build/drvbench.json
	@boot/need.sh $(NEED_amd64) $(NEED_arm) qemu-img=qemu-utils
	go run ./qemu/measure drvbench

latency: test-image-latency-$(ARCH) ## instructions from an interrupt to the code that it wakes: build/latency-TARGET.json, .svg, docs/latency.md
	@boot/need.sh $(NEED_$(ARCH))
	@go run ./qemu/measure latency $(ARCH)

clean: ## remove what was built
	rm -rf build
