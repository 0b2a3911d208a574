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

# What the tool is told of each.
FLAGS_amd64        := -arch amd64
FLAGS_arm          := -arch arm
FLAGS_usbarmory    := -arch arm -tags usbarmory
FLAGS_usbarmory-1g := -arch arm -tags usbarmory,ram1g
RUN_amd64          := -machine $(MACHINE)
RUN_arm            := -machine mcimx6ul-evk
RUN_usbarmory      := -machine usbarmory
RUN_usbarmory-1g   := -machine usbarmory-1g
ifeq ($(filter $(MACHINE),q35 microvm),)
$(error no MACHINE "$(MACHINE)": there are q35 and microvm)
endif
ifneq ($(TAMAGO),)
ifeq ($(shell command -v $(TAMAGO)),)
$(error TAMAGO="$(TAMAGO)" is not a command: name the go command of the TamaGo distribution)
endif
endif

# Names and arguments go to the shell in the environment: make would take them apart at their
# spaces and expand their dollars.
export DISK_NAME := $(value DISK)
export QEMUFLAGS

TOOL := build/tamagotake
IMAGE := build/tamagotake-$(TARGET).elf
KERNEL := ./examples/monitor

# Images that only tests boot: the packages below qemu/images/ of the same names. Those of SEALED are
# verified and sealed as the kernel is.
PLAIN  := application stdin onchip arguments garbage rtstress latency coro timer uart memory early goruntime
SEALED := abort oom channels sealed sleep

# What is built for the targets only.
BARE := ./kernel/... ./examples/... ./hal/... ./rt/platform ./rt/irq ./drivers/... ./qemu/images/... ./boot/verify/images/...

STATICCHECK := honnef.co/go/tools/cmd/staticcheck@v0.7.0

.PHONY: tool test-go help doctor new-driver image images imx sdcard keys flash flash-image sdp disk run-disk verify run debug test test-host test-models test-boot test-docs lint bench soak sound size boottime drvbench latency sleep clean
.DEFAULT_GOAL := image

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-11s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
	@echo "variables: TARGET=amd64|arm|usbarmory|usbarmory-1g  MACHINE=q35|microvm  DISK=image  TAMAGO=/path/to/go  QEMUFLAGS=...  FIRMWARE=bios|uefi"
	@echo "for a card: IMG=file  CONFIG=\"files\"  BOOTCONFIG=file  DEV=/dev/sdX  YES=1  FORCE=1  SIGN=keys/"

doctor: tool ## what is needed, whether it is here, how to get it
	@$(TOOL) doctor

new-driver: tool ## NAME=x: write drivers/x, the beginning of a driver with a test that passes
	@[ -n "$(NAME)" ] || { echo "new-driver: give it a name: make new-driver NAME=x"; exit 1; }
	@$(TOOL) new -driver "drivers/$(NAME)"

tool: ## build build/tamagotake, the tool
	@mkdir -p build
	@go build -o $(TOOL) ./cmd/tamagotake

image: image-$(TARGET) ## build build/tamagotake-TARGET.elf, and .sym.elf beside it for the debugger

images: $(TARGETS:%=image-%) ## build all of them

image-%: tool
	@$(TOOL) build $(FLAGS_$*) -tamago "$(TAMAGO)" -json build/verify-$*.json -o build/tamagotake-$*.elf $(KERNEL)

TEST_IMAGES := $(foreach i,$(PLAIN) $(SEALED),$(ARCHS:%=test-image-$(i)-%))

$(TEST_IMAGES): test-image-%: tool
	@$(TOOL) build -arch $(lastword $(subst -, ,$*)) -tamago "$(TAMAGO)" $(if $(filter $(SEALED:%=%-%),$*),,-verify=false) -o build/$*.elf ./qemu/images/$(firstword $(subst -, ,$*))

# A file with the configuration that the kernel starts with: docs/usbarmory.md. For imx, sdcard,
# flash-image, sdp and disk.
BOOTCONFIG :=

# A PC. One disk for both kinds of firmware.
ISO      := build/tamagotake-amd64.iso
FIRMWARE ?= bios
ifeq ($(filter $(FIRMWARE),bios uefi),)
$(error no FIRMWARE "$(FIRMWARE)": there are bios and uefi)
endif
OVMF      := /usr/share/ovmf/OVMF.fd
FIRMWARE_uefi := -bios $(OVMF)

disk: image-amd64 ## a disk that a PC starts from, by BIOS or UEFI: build/tamagotake-amd64.iso
	@$(TOOL) doctor -install iso
	@$(TOOL) disk -config "$(BOOTCONFIG)" -o $(ISO) build/tamagotake-amd64.elf

run-disk: disk ## boot that in QEMU, with FIRMWARE=bios or uefi
	@$(TOOL) doctor -install amd64 uefi
	@qemu-system-x86_64 -machine q35 -cpu max -m 256M -nodefaults -display none $(FIRMWARE_$(FIRMWARE)) -device isa-debug-exit,iobase=0xf4,iosize=4 -drive file=$(ISO),format=raw,if=none,id=disk,snapshot=on -device ide-hd,drive=disk -chardev stdio,id=console,mux=on,signal=off -serial chardev:console $(QEMUFLAGS)

# The USB armory.
ARMORY := $(if $(filter usbarmory%,$(TARGET)),$(TARGET),usbarmory)
IMX    := build/tamagotake-$(ARMORY).imx

# A directory of keys to sign with.
SIGN :=

imx: image-$(ARMORY) ## the image that a USB armory starts from, signed if SIGN=dir: build/tamagotake-usbarmory.imx
	@$(TOOL) imx -board $(ARMORY) -config "$(BOOTCONFIG)" -sign "$(SIGN)" -o $(IMX) build/tamagotake-$(ARMORY).elf

keys: tool ## keys to sign with, in SIGN=dir, which has none; no fuse is touched
	@$(TOOL) keys "$(SIGN)"

# What make sdcard writes and make flash reads, and files for its partition.
IMG    ?= build/tamagotake-$(ARMORY).img
CONFIG ?=

sdcard: imx ## a whole card with it: IMG=file, with a FAT partition that has CONFIG="files"
	@$(TOOL) sdcard -o "$(IMG)" $(IMX) $(CONFIG)

flash-image: sdcard ## kernel, .imx and card in one step, as make flash wants it

# The disk to write to; YES=1 does not ask, FORCE=1 also takes fixed and large ones. From
# the command line only: what happens to be in the environment is no consent.
DEV   :=
YES   :=
FORCE :=

# What was made is what is written, with whatever files and signatures: it is not made anew.
flash: tool ## write that to DEV=/dev/sdX, after checks and a question, and read it back
	@$(TOOL) flash $(if $(YES),-yes) $(if $(FORCE),-force) -dev "$(DEV)" "$(IMG)"

sdp: image-$(ARMORY) ## load it over USB into a board that waits for a download, and start it
	@$(TOOL) sdp -board $(ARMORY) -config "$(BOOTCONFIG)" -sign "$(SIGN)" -o $(IMX:%.imx=%-usb.imx) build/tamagotake-$(ARMORY).elf

verify: tool ## what can run in front of the Go runtime, and how deep its stacks get: build/verify-TARGET.json
	@$(TOOL) verify $(FLAGS_$(TARGET)) -tamago "$(TAMAGO)" -v -json build/verify-$(TARGET).json $(KERNEL)

run: tool ## boot it with an interactive console; halt leaves, or Ctrl-A X
	@$(TOOL) doctor -install $(ARCH)
	@$(TOOL) run $(RUN_$(TARGET)) -tamago "$(TAMAGO)" -o $(IMAGE) -disk "$$DISK_NAME" -qemu "$$QEMUFLAGS" $(KERNEL)

# Where it waits for the debugger.
GDB_PORT ?= 1234

debug: tool ## boot it stopped, with a GDB port; prints the gdb line to type
	@$(TOOL) doctor -install $(ARCH) debug
	@$(TOOL) debug $(RUN_$(TARGET)) -tamago "$(TAMAGO)" -o $(IMAGE) -port $(GDB_PORT) -qemu "$$QEMUFLAGS" $(KERNEL)

# Time limits are for what hangs: a busy machine is no defect.
test: lint test-host test-models test-boot test-docs ## everything: the five below

test-host: tool ## host tests, with the race detector
	@$(TOOL) doctor -install checks iso
	go test -timeout 60m -race $$(go list ./... | grep -v -e /qemu$$ -e /docs$$)
	go test -timeout 60m -tags tasktrace ./rt/...

test-models: ## orders of the steps of queue, tasks, executors, sync, timer, parkers: docs/models.md
	go test -timeout 60m -tags explore ./rt/internal/explore
	go test -timeout 60m -tags explore -run '^TestModel' ./rt/...
	go test -timeout 60m -tags explore,parkers -run '^TestModel' ./rt/platform

test-boot: images imx disk $(TEST_IMAGES) ## boot tests in QEMU
	@$(TOOL) doctor -install amd64 arm uefi disks
	go test -count=1 -timeout 120m ./qemu

test-docs: images ## every command of README.md and docs/
	@$(TOOL) doctor -install amd64 arm disks iso uefi
	go test -count=1 -timeout 120m ./docs

test-go: tool ## build, verify and boot with the other Go releases that there is a port for; test-boot has it
	@$(TOOL) doctor -install amd64 arm
	GO_RELEASES=all go test -count=1 -timeout 60m -run TestGoReleases ./qemu

lint: tool ## gofmt, vet and staticcheck, for the host and for both targets
	@files=$$(gofmt -l $$(git ls-files '*.go')); [ -z "$$files" ] || { echo "gofmt: $$files"; exit 1; }
	go vet ./...
	GOARCH=arm GOARM=7 go vet ./rt/... ./hal/...
	go vet -tags explore ./internal/... ./rt/...
	go vet -tags explore,parkers ./rt/platform
	go vet -tags tasktrace ./rt/...
	$(TOOL) vet -arch amd64 $(BARE)
	$(TOOL) vet -arch arm $(BARE)
	$(TOOL) vet -arch amd64 ./qemu/measure/tamago/...
	$(TOOL) vet $(FLAGS_usbarmory) ./kernel/... ./examples/... ./hal/arm
	@[ -x build/staticcheck ] || GOBIN=$(CURDIR)/build go install $(STATICCHECK)
	build/staticcheck ./...
	build/staticcheck -tags explore ./internal/... ./rt/...
	build/staticcheck -tags explore,parkers ./rt/platform
	build/staticcheck -tags tasktrace ./rt/...
	$(TOOL) exec -arch amd64 build/staticcheck $(BARE)
	$(TOOL) exec -arch arm build/staticcheck $(BARE)
	$(TOOL) exec $(FLAGS_usbarmory) build/staticcheck ./kernel/... ./examples/... ./hal/arm

bench: ## what queue and executor cost on this host: build/bench.json and docs/bench.md
	@mkdir -p build
	go run ./rt/bench -json build/bench.json -markdown docs/bench.md

soak: images ## what takes too long for every test: fuzzing, a minute each; disks at work for minutes; what rtstress must find
	@$(TOOL) doctor -install amd64 arm disks
	go test -count=1 -timeout 30m -run TestControls ./qemu -controls
	EXPLORE_LONG=1 go test -count=1 -timeout 60m -tags explore -run '^TestModel' ./rt/...
	go test -run '^$$' -fuzz FuzzEditor -fuzztime 1m ./kernel/shell/console
	go test -run '^$$' -fuzz FuzzCommands -fuzztime 1m ./kernel/shell/console
	go test -run '^$$' -fuzz FuzzDecode -fuzztime 1m ./drivers/cmosrtc
	go test -run '^$$' -fuzz FuzzDecode -fuzztime 1m ./boot/verify
	go test -run '^$$' -fuzz FuzzPack -fuzztime 1m ./boot/image
	go test -run '^$$' -fuzz FuzzText -fuzztime 1m ./internal/bootconfig
	go test -run '^$$' -fuzz FuzzParse -fuzztime 1m ./deploy/config
	go test -run '^$$' -fuzz FuzzFind -fuzztime 1m ./deploy/config
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
	go test ./rt/queue ./rt/sched ./rt/timer ./rt/tasksync -run AgainstModel -rapid.checks=100000
	go test -run 'TestStress|Producers|Workers' -race -count=100 ./rt/queue ./rt/sched ./rt/timer ./rt/tasksync
	SOAK=1 go test -count=1 -timeout 90m -run 'TestDisk|TestPaste|TestPrint' ./qemu

# Each part writes a file of its own; internal/sound merges them, and says what is missing.
SOUND := $(CURDIR)/build/sound

sound: images $(filter test-image-abort-%,$(TEST_IMAGES)) ## that nothing is torn: aborts, mutants, page census, the verifier's verdicts: build/sound.json
	@$(TOOL) doctor -install amd64 arm
	@rm -rf build/sound build/sound.json && mkdir -p build/sound
	SOUND=$(SOUND) go test -count=1 -timeout 120m -run '^TestAbort$$|^TestPages$$' ./qemu
	SOUND=$(SOUND) go test -count=1 -timeout 60m -run '^TestMutants$$' ./rt/internal/explore
	SOUND=$(SOUND) go test -count=1 -run '^TestVerdicts$$' ./boot/verify
	@go run ./internal/sound build/sound > build/sound.json; status=$$?; cat build/sound.json; exit $$status

size: tool ## sizes of the images: build/size.json
	@$(TOOL) size -arch amd64,arm -tamago "$(TAMAGO)" -json build/size.json $(KERNEL)

boottime: images ## instructions to the first poll, smallest memory, build times: build/boottime.json
	@$(TOOL) doctor -install amd64 arm
	go run ./qemu/measure boottime

drvbench: images $(filter test-image-coro-% test-image-uart-%,$(TEST_IMAGES)) ## what drivers cost: instructions, interrupts, allocations, throughput: build/drvbench.json
	@$(TOOL) doctor -install amd64 arm disks
	go run ./qemu/measure drvbench

latency: test-image-latency-$(ARCH) ## instructions from an interrupt to the code that it wakes: build/latency-TARGET.json, .svg, docs/latency.md
	@$(TOOL) doctor -install $(ARCH)
	@go run ./qemu/measure latency $(ARCH)

sleep: test-image-sleep-$(ARCH) ## instructions by which waits of a millisecond end late, at each level: docs/comparison.md
	@$(TOOL) doctor -install $(ARCH)
	@go run ./qemu/measure sleep $(ARCH)

clean: ## remove what was built
	rm -rf build
