//go:build tamago

package board

import (
	"os"
	"unsafe"

	"github.com/tamagotake/tamagotake/internal/bootconfig"
)

func init() {
	from, line := "command line", commandLine()
	var err error
	if line == "" {
		block := configuration()
		from = "configuration"
		line, err = bootconfig.Text(block[:], uint64(uintptr(unsafe.Pointer(block))))
	}
	var settings []bootconfig.Setting
	var arguments []string
	if err == nil {
		settings, arguments, err = bootconfig.Split(line)
	}
	if err != nil {
		print(from, ": ", err.Error(), ": it is not used\n")
		return
	}
	for _, s := range settings {
		os.Setenv(s.Name, s.Value)
	}
	os.Args = append(os.Args[:1:1], arguments...)
}
