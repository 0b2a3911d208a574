package image

import (
	"bytes"
	"debug/elf"
	"fmt"
)

// Sizes are what an image takes, in bytes.
type Sizes struct {
	Stripped int64 `json:"stripped_bytes"`
	Symbols  int64 `json:"symbols_bytes"`
	Text     int64 `json:"text_bytes"`
	ReadOnly int64 `json:"rodata_bytes"`
	Data     int64 `json:"data_bytes"`
	Zero     int64 `json:"bss_bytes"`
}

// String is for people, in two lines.
func (s Sizes) String() string {
	return fmt.Sprintf("  image     %9d bytes stripped, %d with symbols\n"+
		"  in memory %9d bytes: text %d, constants %d, data %d, zero at start %d\n",
		s.Stripped, s.Symbols, s.Text+s.ReadOnly+s.Data+s.Zero, s.Text, s.ReadOnly, s.Data, s.Zero)
}

// Measure returns the sizes of an image, which [Pack] has made whole and stripped.
func Measure(whole, stripped []byte) (Sizes, error) {
	s := Sizes{Stripped: int64(len(stripped)), Symbols: int64(len(whole))}
	f, err := elf.NewFile(bytes.NewReader(whole))
	if err != nil {
		return s, err
	}
	for _, section := range f.Sections {
		n := int64(section.Size)
		switch {
		case section.Flags&elf.SHF_ALLOC == 0:
		case section.Type == elf.SHT_NOBITS:
			s.Zero += n
		case section.Flags&elf.SHF_EXECINSTR != 0:
			s.Text += n
		case section.Flags&elf.SHF_WRITE != 0:
			s.Data += n
		default:
			s.ReadOnly += n
		}
	}
	return s, nil
}
