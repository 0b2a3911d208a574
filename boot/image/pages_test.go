package image

import (
	"debug/elf"
	"strings"
	"testing"
)

// Segments that share a page, or can be written and executed, are no image. The program is
// what Go's linker writes, with one header changed.
func TestSharedPages(t *testing.T) {
	for _, arch := range []string{"amd64", "arm"} {
		if _, _, err := Pack(program(t, arch)); err != nil {
			t.Errorf("%s: %v", arch, err)
		}
		for _, c := range []struct {
			name   string
			flags  elf.ProgFlag // of the segment that is changed
			change func(s *elf.ProgHeader)
			want   string
		}{
			{"variables are executable", elf.PF_R | elf.PF_W, func(s *elf.ProgHeader) { s.Flags |= elf.PF_X }, "can be written and executed"},
			{"constants end in the variables' page", elf.PF_R, func(s *elf.ProgHeader) { s.Memsz += 1 << 30 }, "share the page"},
			{"text ends in the constants' page", elf.PF_R | elf.PF_X, func(s *elf.ProgHeader) { s.Memsz += 1 << 30 }, "share the page"},
		} {
			file := program(t, arch)
			h, err := parse(file)
			if err != nil {
				t.Fatal(err)
			}
			changed := false
			for i, s := range h.segments {
				if s.Type == elf.PT_LOAD && s.Flags == c.flags {
					c.change(&s)
					h.setSegment(file, i, s)
					changed = true
				}
			}
			if _, _, err := Pack(file); !changed || err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%s, %s: %v", arch, c.name, err)
			}
		}
	}
}
