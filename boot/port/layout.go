package main

// target is what differs between the processors when a program is built.
type target struct {
	arch    string
	env     []string
	tags    string
	ldflags string

	// drop are files of GOROOT/src that are left out of the build.
	drop []string
	// own are our files: from below boot/port/_own, to below GOROOT/src.
	own map[string]string
}

// Addresses: the text begins where the board's start code and vectors leave room
// (hal/amd64/mapping.go, hal/arm/mapping.go). -E names the board's own entry, so that
// it comes before TamaGo's.
var targets = map[string]target{
	"amd64": {
		arch: "amd64",
		// v1: emulation has no more. The others would be found out at run time anyway.
		env:     []string{"GOARCH=amd64", "GOAMD64=v1", "CGO_ENABLED=0", "GOFLAGS="},
		tags:    "tamago,linkramstart",
		ldflags: "-T 0x201000 -R 0x1000 -E _tamagotake_start",
		drop: []string{
			"runtime/mem_linux.go",
			"runtime/mem_nonsbrk.go",
			"runtime/mpagealloc_64bit.go",
			"runtime/vgetrandom_linux.go",
			"runtime/rt0_linux_amd64.s",
			"runtime/sys_linux_amd64.s",
			"runtime/time_linux_amd64.s",
			"runtime/timeasm.go",
		},
		own: map[string]string{
			"goos/goos.go":                    "runtime/goos/goos.go",
			"runtime/port.go":                 "runtime/zport.go",
			"runtime/port_syscall.go":         "runtime/zport_syscall.go",
			"runtime/port_date.go":            "runtime/zport_date.go",
			"runtime/port_profile.go":         "runtime/zport_profile.go",
			"runtime/port_collect.go":         "runtime/zport_collect.go",
			"runtime/port_note.go":            "runtime/zport_note.go",
			"runtime/port_slice.go":           "runtime/zport_slice.go",
			"runtime/port_numbers_amd64.go":   "runtime/zport_numbers_amd64.go",
			"runtime/port_amd64.go":           "runtime/zport_amd64.go",
			"runtime/port_exception_amd64.go": "runtime/zport_exception_amd64.go",
			"runtime/port_amd64.s":            "runtime/zport_amd64.s",
			"syscall6/asm_linux_amd64.s":      "internal/runtime/syscall/linux/asm_linux_amd64.s",
			"syscall/asm_linux_amd64.s":       "syscall/asm_linux_amd64.s",
		},
	},
	"arm": {
		arch: "arm",
		// GOARM=7: the lower ones call helpers that a linux kernel provides.
		env:     []string{"GOARCH=arm", "GOARM=7", "CGO_ENABLED=0", "GOFLAGS="},
		tags:    "tamago,linkprintk",
		ldflags: "-T 0x80010000 -R 0x1000 -E _tamagotake_start",
		drop: []string{
			"runtime/mem_linux.go",
			"runtime/mem_nonsbrk.go",
			"runtime/vgetrandom_unsupported.go",
			"runtime/rt0_linux_arm.s",
			"runtime/sys_linux_arm.s",
		},
		own: map[string]string{
			"goos/goos.go":                  "runtime/goos/goos.go",
			"runtime/port.go":               "runtime/zport.go",
			"runtime/port_syscall.go":       "runtime/zport_syscall.go",
			"runtime/port_date.go":          "runtime/zport_date.go",
			"runtime/port_profile.go":       "runtime/zport_profile.go",
			"runtime/port_collect.go":       "runtime/zport_collect.go",
			"runtime/port_note.go":          "runtime/zport_note.go",
			"runtime/port_slice.go":         "runtime/zport_slice.go",
			"runtime/port_numbers_arm.go":   "runtime/zport_numbers_arm.go",
			"runtime/port_arm.go":           "runtime/zport_arm.go",
			"runtime/port_exception_arm.go": "runtime/zport_exception_arm.go",
			"runtime/port_arm.s":            "runtime/zport_arm.s",
			"syscall6/asm_linux_arm.s":      "internal/runtime/syscall/linux/asm_linux_arm.s",
			"syscall/asm_linux_arm.s":       "syscall/asm_linux_arm.s",
		},
	},
}
