# Every command that a person or CI uses. `make help` lists them.

# The Go release that boot/port was made for. Any go from 1.21 on fetches it.
export GOTOOLCHAIN := go1.26.8

TARGET  ?= amd64
# q35 or microvm, for amd64.
MACHINE ?= q35
# The go command of the TamaGo distribution, to build with that instead.
TAMAGO  ?=
# Further arguments for QEMU.
QEMUFLAGS ?=

TARGETS := amd64 arm
ifeq ($(filter $(TARGET),$(TARGETS)),)
$(error no TARGET "$(TARGET)": there are $(TARGETS))
endif
ifeq ($(filter $(MACHINE),q35 microvm),)
$(error no MACHINE "$(MACHINE)": there are q35 and microvm)
endif
ifneq ($(TAMAGO),)
ifeq ($(shell command -v $(TAMAGO)),)
$(error TAMAGO="$(TAMAGO)" is not a command: name the go command of the TamaGo distribution)
endif
endif

NEED_amd64 := qemu-system-x86_64=qemu-system-x86
NEED_arm   := qemu-system-arm=qemu-system-arm

QEMU_amd64 := qemu-system-x86_64 -machine $(MACHINE) -cpu max -m 64M -nodefaults -display none
QEMU_arm   := qemu-system-arm -machine mcimx6ul-evk -m 512M -nodefaults -display none -semihosting -nic user,restrict=on -nic user,restrict=on
CRASH_amd64 := -device isa-debug-exit,iobase=0xf4,iosize=4

IMAGE := build/tamagotake-$(TARGET).elf

# What is built for the targets only.
BARE := ./kernel/... ./hal/... ./drivers/... ./qemu/motion ./qemu/latency ./qemu/uart ./boot/verify/bad ./boot/verify/waits

STATICCHECK := honnef.co/go/tools/cmd/staticcheck@v0.7.0

.PHONY: help doctor image images verify run debug test test-host test-models test-boot test-docs lint bench soak size boottime latency drvbench clean
.DEFAULT_GOAL := image

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
	@echo "variables: TARGET=amd64|arm  MACHINE=q35|microvm  TAMAGO=/path/to/go  QEMUFLAGS=..."

doctor: ## what is needed, whether it is here, how to get it
	@boot/doctor.sh

image: ## build build/tamagotake-TARGET.elf, and .sym.elf beside it for the debugger
	@$(MAKE) -s --no-print-directory image-$(TARGET)

images: $(TARGETS:%=image-%)

image-%:
	@mkdir -p build
	@go run ./boot/port build -arch $* $(if $(TAMAGO),-tamago $(TAMAGO)) -o build/link-$*.elf ./kernel
	@go run ./boot/verify -q -json build/verify-$*.json build/link-$*.elf kernel drivers rt
	@go run ./boot/image/pack -sym build/tamagotake-$*.sym.elf -o build/tamagotake-$*.elf build/link-$*.elf

# Images that only tests boot: the packages below qemu/ of the same names.
TEST_IMAGES := $(foreach i,motion latency uart,$(TARGETS:%=test-image-$(i)-%))

$(TEST_IMAGES): test-image-%:
	@mkdir -p build
	@go run ./boot/port build -arch $(lastword $(subst -, ,$*)) $(if $(TAMAGO),-tamago $(TAMAGO)) -o build/link-$*.elf ./qemu/$(firstword $(subst -, ,$*))
	@go run ./boot/image/pack -sym build/$*.sym.elf -o build/$*.elf build/link-$*.elf

verify: image ## what can run in front of the Go runtime, and how deep its stacks get: build/verify-TARGET.json
	@go run ./boot/verify -v -json build/verify-$(TARGET).json build/link-$(TARGET).elf kernel drivers rt

run: image ## boot it with an interactive console; halt leaves, or Ctrl-A X
	@boot/need.sh $(NEED_$(TARGET))
	@$(QEMU_$(TARGET)) $(CRASH_$(TARGET)) -kernel $(IMAGE) -chardev stdio,id=console,mux=on,signal=off -serial chardev:console $(QEMUFLAGS)

debug: image ## boot it stopped, with a GDB port; prints the gdb line to type
	@boot/need.sh $(NEED_$(TARGET)) gdb-multiarch=gdb-multiarch
	@echo "gdb-multiarch -ex 'target remote localhost:1234' build/tamagotake-$(TARGET).sym.elf"
	@$(QEMU_$(TARGET)) -kernel $(IMAGE) -chardev stdio,id=console,mux=on,signal=off -serial chardev:console -S -gdb tcp:127.0.0.1:1234 $(QEMUFLAGS)

test: lint test-host test-models test-boot test-docs ## everything: the five below

test-host: ## host tests, with the race detector
	go test -race $$(go list ./... | grep -v -e /qemu$$ -e /docs$$)
	go test -tags tasktrace ./rt/...

test-models: ## every order of the steps of queue, tasks and executors
	go test -tags explore ./internal/explore
	go test -tags explore -run '^TestModel' ./rt/...

test-boot: images $(TEST_IMAGES) ## boot tests in QEMU
	@boot/need.sh $(NEED_amd64) $(NEED_arm)
	go test -count=1 -timeout 15m ./qemu

test-docs: images ## every command of README.md and docs/
	@boot/need.sh $(NEED_amd64) $(NEED_arm)
	go test -count=1 -timeout 15m ./docs

lint: ## gofmt, vet and staticcheck, for the host and for both targets
	@files=$$(gofmt -l $$(git ls-files '*.go')); [ -z "$$files" ] || { echo "gofmt: $$files"; exit 1; }
	go vet ./...
	GOARCH=arm GOARM=7 go vet ./rt/... ./hal/...
	go vet -tags explore ./internal/... ./rt/...
	go vet -tags tasktrace ./rt/...
	go run ./boot/port vet -arch amd64 $(BARE)
	go run ./boot/port vet -arch arm $(BARE)
	@[ -x build/staticcheck ] || GOBIN=$(CURDIR)/build go install $(STATICCHECK)
	build/staticcheck ./...
	build/staticcheck -tags explore ./internal/... ./rt/...
	build/staticcheck -tags tasktrace ./rt/...
	go run ./boot/port exec -arch amd64 build/staticcheck $(BARE)
	go run ./boot/port exec -arch arm build/staticcheck $(BARE)

bench: ## what queue and executor cost on this host: build/bench.json and docs/bench.md
	@mkdir -p build
	go run ./rt/bench -json build/bench.json -markdown docs/bench.md

soak: ## what takes too long for every test: fuzzing, a minute each
	go test -run '^$$' -fuzz FuzzEditor -fuzztime 1m ./kernel/console
	go test -run '^$$' -fuzz FuzzDecode -fuzztime 1m ./drivers/cmosrtc
	go test -run '^$$' -fuzz FuzzPack -fuzztime 1m ./boot/image
	go test -run '^$$' -fuzz FuzzAgainstModel -fuzztime 1m ./rt/sched
	go test -run 'AgainstModel' -rapid.checks=100000 ./rt/queue ./rt/sched
	go test -run 'TestStress|Producers|Workers' -race -count=100 ./rt/queue ./rt/sched

size: images ## sizes of the images: build/size.json
	go run ./qemu/measure size

boottime: images ## instructions to the first poll, smallest memory, build times: build/boottime.json
	@boot/need.sh $(NEED_amd64) $(NEED_arm)
	go run ./qemu/measure boottime

latency: test-image-latency-$(TARGET) ## instructions from an interrupt to the code that it wakes: build/latency-TARGET.json, .svg
	@boot/need.sh $(NEED_$(TARGET))
	@go run ./qemu/measure latency $(TARGET)

drvbench: images $(TARGETS:%=test-image-uart-%) ## what the drivers cost: instructions, interrupts, allocations: build/drvbench.json
	@boot/need.sh $(NEED_amd64) $(NEED_arm)
	@go run ./qemu/measure drvbench

clean: ## remove what was built
	rm -rf build
