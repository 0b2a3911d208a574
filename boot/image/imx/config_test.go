package imx

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// tamago is where the module is that ships the boards' settings.
var tamago = sync.OnceValues(func() (string, error) {
	out, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "github.com/usbarmory/tamago").Output()
	return strings.TrimSpace(string(out)), err
})

// The boards' settings, by the name of their file.
var boards = []string{"imximage.cfg", "imximage-1gb.cfg"}

func cfgFile(t testing.TB, name string) string {
	t.Helper()
	dir, err := tamago()
	if err != nil {
		t.Fatal(err)
	}
	return filepath.Join(dir, "board/usbarmory/mk2", name)
}

func cfg(t testing.TB, name string) *Config {
	t.Helper()
	text, err := os.ReadFile(cfgFile(t, name))
	if err != nil {
		t.Fatal(err)
	}
	c, err := ParseConfig(name, text)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestConfig(t *testing.T) {
	c, err := ParseConfig("x", []byte("\n# settings\nIMAGE_VERSION 2\r\nBOOT_FROM\tsd # card\n  CSF 2000\nDATA 4 020c4068 0xFFFFFFFF\nDATA 4 0X80000000 1"))
	if err != nil {
		t.Fatal(err)
	}
	if got, want := fmt.Sprintf("%x", *c), "{[{20c4068 ffffffff} {80000000 1}] 2000}"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	for board, writes := range map[string]int{"imximage.cfg": 121, "imximage-1gb.cfg": 119} {
		if c := cfg(t, board); len(c.Writes) != writes || c.CSFSize != 0x4000 || c.Writes[0] != (Write{0x020c4068, 0xffffffff}) {
			t.Errorf("%s: %d writes, CSF %#x", board, len(c.Writes), c.CSFSize)
		}
	}
}

// What is not known stops the build with the line that it is in.
func TestConfigRefusals(t *testing.T) {
	const head = "IMAGE_VERSION 2\nBOOT_FROM sd\n"
	for _, c := range []struct{ text, want string }{
		{"", "x: there is no line IMAGE_VERSION"},
		{"IMAGE_VERSION 2\n", "x: there is no line BOOT_FROM"},
		{head, "x: there is no line DATA"},
		{head + "CHECK_BITS_SET 4 1 1\n", `x:3: no command "CHECK_BITS_SET": there are IMAGE_VERSION, BOOT_FROM, CSF and DATA`},
		{"BOOT_FROM sd\n", "x:1: BOOT_FROM before IMAGE_VERSION"},
		{"IMAGE_VERSION 1\n", "x:1: IMAGE_VERSION 1: the i.MX 6 has 2"},
		{"IMAGE_VERSION 2\nBOOT_FROM nand\n", "x:2: BOOT_FROM nand: there is sd, which is eMMC too"},
		{head + "BOOT_FROM sd\n", "x:3: BOOT_FROM a second time"},
		{head + "CSF 0x2001\n", "x:3: CSF 0x2001: a multiple of 0x1000, at most 0x10000"},
		{head + "CSF 0xfffff000\n", "x:3: CSF 0xfffff000: a multiple of 0x1000, at most 0x10000"},
		{head + "DATA 2 0 0\n", "x:3: DATA 2: widths other than 4 bytes are not known here"},
		{head + "DATA 4 0x1\n", "x:3: DATA has 3 values, not 2"},
		{head + "DATA 4 0x100000000 0\n", `x:3: "0x100000000" is no hexadecimal number of 32 bits`},
		{head + "DATA 4 -1 0\n", `x:3: "-1" is no hexadecimal number of 32 bits`},
		{head + strings.Repeat("DATA 4 20c4068 1\n", 221), "x:223: more than 220 DATA lines: the boot ROM takes at most 1768 bytes of DCD"},
	} {
		if _, err := ParseConfig("x", []byte(c.text)); err == nil || err.Error() != c.want {
			t.Errorf("%.40q: %v, want %s", c.text, err, c.want)
		}
	}
	if _, err := ParseConfig("x", []byte(head+strings.Repeat("DATA 4 20c4068 1\n", 220))); err != nil {
		t.Errorf("220 writes: %v", err)
	}
}

// Whatever a configuration says, it is refused in one line or makes a DCD that the ROM
// takes and that says the same.
func FuzzConfig(f *testing.F) {
	for _, board := range boards {
		text, err := os.ReadFile(cfgFile(f, board))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text)
	}
	f.Add([]byte("IMAGE_VERSION 2\nBOOT_FROM sd\nDATA 4 0 0\nDATA 4 1 1"))
	f.Fuzz(func(t *testing.T, text []byte) {
		c, err := ParseConfig("x", text)
		if err != nil {
			return
		}
		var m Image
		dcd := appendDCD(nil, c.Writes)
		if err := m.parseDCD(append(dcd, 0, 0, 0)); err != nil || len(dcd) > DCDMax {
			t.Fatalf("%d bytes, %v", len(dcd), err)
		}
		if fmt.Sprint(m.Writes) != fmt.Sprint(c.Writes) {
			t.Fatalf("%v, want %v", m.Writes, c.Writes)
		}
	})
}
