package imx

import (
	"fmt"
	"strconv"
	"strings"
)

// Config is what a configuration file for imximage says (U-Boot's doc/imx/mkimage,
// imximage.txt): the format in which TamaGo ships the settings of its boards.
type Config struct {
	Writes  []Write // device configuration data, in order
	CSFSize uint32  // bytes kept free behind the image for signatures
}

// Write is one register that the boot ROM sets before it loads the image.
type Write struct {
	Addr, Value uint32
}

// ParseConfig reads a configuration file. A line is a command and its values, hexadecimal
// with or without 0x; from a # on it is a comment.
//
//	IMAGE_VERSION 2             first
//	BOOT_FROM sd                the IVT is at 0x400 of the medium
//	CSF 0x2000                  size of what is kept for signatures
//	DATA 4 0x020c4068 0xffff    a write of 32 bits
//
// Other versions, media and widths, and the other commands that imximage has grown, are
// refused with the line's number. They would mean another image than the one that is
// tested here. The name is for errors.
func ParseConfig(name string, text []byte) (*Config, error) {
	c := &Config{}
	seen := map[string]bool{}
	line := 0
	for row := range strings.Lines(string(text)) {
		line++
		row, _, _ = strings.Cut(row, "#")
		f := strings.Fields(row)
		if len(f) == 0 {
			continue
		}
		if err := c.command(f, seen); err != nil {
			return nil, fmt.Errorf("%s:%d: %w", name, line, err)
		}
		seen[f[0]] = true
	}
	for _, command := range []string{"IMAGE_VERSION", "BOOT_FROM", "DATA"} {
		if !seen[command] {
			return nil, fmt.Errorf("%s: there is no line %s", name, command)
		}
	}
	return c, nil
}

func (c *Config) command(f []string, seen map[string]bool) error {
	values := map[string]int{"IMAGE_VERSION": 1, "BOOT_FROM": 1, "CSF": 1, "DATA": 3}
	n, ok := values[f[0]]
	switch {
	case !ok:
		return fmt.Errorf("no command %q: there are IMAGE_VERSION, BOOT_FROM, CSF and DATA", f[0])
	case len(f)-1 != n:
		return fmt.Errorf("%s has %d values, not %d", f[0], n, len(f)-1)
	case f[0] != "DATA" && seen[f[0]]:
		return fmt.Errorf("%s a second time", f[0])
	case f[0] != "IMAGE_VERSION" && !seen["IMAGE_VERSION"]:
		return fmt.Errorf("%s before IMAGE_VERSION", f[0])
	case f[0] == "BOOT_FROM":
		if f[1] != "sd" {
			return fmt.Errorf("BOOT_FROM %s: there is sd, which is eMMC too", f[1])
		}
		return nil
	}
	v := make([]uint32, n)
	for i := range v {
		x, err := strconv.ParseUint(strings.TrimPrefix(strings.ToLower(f[i+1]), "0x"), 16, 32)
		if err != nil {
			return fmt.Errorf("%q is no hexadecimal number of 32 bits", f[i+1])
		}
		v[i] = uint32(x)
	}
	switch f[0] {
	case "IMAGE_VERSION":
		if v[0] != 2 {
			return fmt.Errorf("IMAGE_VERSION %s: the i.MX 6 has 2", f[1])
		}
	case "CSF":
		if v[0]%blockSize != 0 || v[0] > csfMax {
			return fmt.Errorf("CSF %s: a multiple of %#x, at most %#x", f[1], blockSize, csfMax)
		}
		c.CSFSize = v[0]
	case "DATA":
		if v[0] != 4 {
			return fmt.Errorf("DATA %s: widths other than 4 bytes are not known here", f[1])
		}
		if len(c.Writes) == dcdWritesMax {
			return fmt.Errorf("more than %d DATA lines: the boot ROM takes at most %d bytes of DCD", dcdWritesMax, DCDMax)
		}
		c.Writes = append(c.Writes, Write{v[1], v[2]})
	}
	return nil
}
